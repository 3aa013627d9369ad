import { rules } from '../health/rules.js'
import type { Condition } from '../model/condition.js'
import { duration } from '../report/format.js'
import type { Check } from './examined.js'
import { failing, ok, warning } from './states.js'

/** Microseconds. */
interface TimerReading {
  /** The smallest step of the clock that was seen: its resolution, or what one look at it costs when that is more. */
  readonly step: number
  /** How late a timer of 1 ms was. */
  readonly timer: { readonly p50: number; readonly p99: number }
  /** How long `setImmediate` took. */
  readonly immediate: { readonly p50: number; readonly p99: number }
}

const tries = 300

const quantiles = (values: readonly number[]): { readonly p50: number; readonly p99: number } => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

const now = (): number => Number(process.hrtime.bigint()) / 1_000

async function readTimers(): Promise<TimerReading> {
  let step = Infinity
  for (let look = 0; look < 10_000; look += 1) {
    const before = process.hrtime.bigint()
    const apart = Number(process.hrtime.bigint() - before) / 1_000
    if (apart > 0) step = Math.min(step, apart)
  }
  const timers: number[] = []
  const immediates: number[] = []
  for (let turn = 0; turn < tries; turn += 1) {
    const asked = now()
    await new Promise((resolve) => setTimeout(resolve, 1))
    timers.push(Math.max(0, now() - asked - 1_000))
    const again = now()
    await new Promise((resolve) => setImmediate(resolve))
    immediates.push(now() - again)
  }
  return { step, timer: quantiles(timers), immediate: quantiles(immediates) }
}

/** A clock that is coarser than the microseconds in which latency is counted. */
const coarse = 1
/** One that cannot tell an answer from the next. */
const blind = 1_000

/** A late timer starts journeys late: the limits are those of the schedule lag while load is sent. */
const { degraded: late = 0, invalid: tooLate = 0 } = rules.find(({ name }) => name === 'schedule-lag') ?? {}

export function judgeTimers({ step, timer, immediate }: TimerReading, source?: string): Condition {
  const name = 'timers'
  const clock = `the clock steps by ${step < 0.95 ? `${Math.round(step * 1_000)} ns` : duration(step)}${source === undefined ? '' : ` (${source})`}`
  const found = `${clock}; a timer of 1 ms is ${duration(timer.p50)} late, p99 ${duration(timer.p99)}; setImmediate takes ${duration(immediate.p50)}, p99 ${duration(immediate.p99)}`
  const other =
    'Choose another clock for the kernel: /sys/devices/system/clocksource/clocksource0/available_clocksource says which there are.'
  const quiet = 'End what else runs on this machine, or use one with cores of its own.'
  if (step > blind) return failing(name, found, other)
  if (timer.p99 > tooLate) return failing(name, found, quiet)
  if (step > coarse) return warning(name, found, other)
  if (timer.p99 > late) return warning(name, found, quiet)
  return ok(name, found)
}

/** How finely the clock tells the time, and how late timers come. Takes about half a second. */
export const timers: Check = async ({ machine: { file } }) => [
  judgeTimers(
    await readTimers(),
    file('/sys/devices/system/clocksource/clocksource0/current_clocksource')?.trim(),
  ),
]
