import type { ArmAccounting, ErrorCount } from '../../model/engine.js'
import type { Arm } from '../../model/plan.js'
import { micros } from '../../model/time.js'
import type { MockUnit } from './index.js'

const stepOf = (metric: string): string => metric.split('@')[0] ?? metric

const wasAnswered = ({ reason }: ErrorCount): boolean => /^(undeclared_|http_|malformed)/.test(reason)

/** The accounting of one arm that follows from what a unit yields. Errors that are not explained count as failed. */
export function accountOf(unit: MockUnit, arm: Arm): ArmAccounting {
  const totals = unit.samples.filter((sample) => sample.arm === arm && (sample.part ?? 'total') === 'total')
  const outcomes: Record<string, Record<string, number>> = {}
  let begun = 0
  let wholes = 0
  for (const { metric, outcome, values } of totals) {
    if (stepOf(metric) === 'whole') {
      wholes += values.length
      continue
    }
    const counts = (outcomes[stepOf(metric)] ??= {})
    counts[outcome] = (counts[outcome] ?? 0) + values.length
    begun += values.length
  }
  const errors = (unit.errors ?? [])
    .filter((error) => error.arm === arm)
    .map(({ step, class: whose, reason, count: times, example }) => ({
      step,
      class: whose,
      reason,
      count: times,
      example,
    }))
  const broken = Object.values(outcomes).reduce((total, counts) => total + (counts.error ?? 0), 0)
  const count = (which: (error: ErrorCount) => boolean): number =>
    errors.filter(which).reduce((total, error) => total + error.count, 0)
  const timedOut = Math.min(
    broken,
    count(({ reason }) => reason === 'timeout'),
  )
  const answeredErrors = Math.min(broken - timedOut, count(wasAnswered))
  const started = wholes > 0 ? wholes : begun
  const notStarted = unit.notStarted?.[arm] ?? 0
  const receipts: Record<string, number> = {}
  for (const { receipt } of (unit.receipts ?? []).filter((one) => one.arm === arm)) {
    receipts[receipt.kind] = (receipts[receipt.kind] ?? 0) + 1
  }
  return {
    intended: started + notStarted,
    started,
    notStarted,
    steps: {
      begun,
      answered: begun - broken + answeredErrors,
      timedOut,
      failed: broken - timedOut - answeredErrors,
    },
    outcomes,
    errors,
    receipts,
    bytesReceived: 0,
    bytesSent: 0,
    connections: 0,
    frames: {},
    drain: { ...drainOf(totals) },
  }
}

// Starts are known to the second only: the drain of a phase is its slowest `total`.
const drainOf = (totals: MockUnit['samples']): ArmAccounting['drain'] => {
  const drain: Record<string, ReturnType<typeof micros>> = {}
  for (const { metric, values } of totals) {
    const phase = metric.split('@')[1] ?? 'main'
    drain[phase] = micros(Math.max(drain[phase] ?? 0, ...values))
  }
  return drain
}
