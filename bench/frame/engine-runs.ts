import type { Receipt } from '../../src/model/contract.js'
import type { Accounting, Interval } from '../../src/model/engine.js'
import { createNativeEngine } from '../../src/engine/native/index.js'
import type { PlanAudience } from '../../src/model/plan.js'
import { planOf, type BenchLoad } from './load.js'

/** What one run left. */
export interface RunResult {
  readonly accounting: Accounting
  readonly intervals: readonly Interval[]
  readonly receipts: readonly Receipt[]
}

/**
 * The native engine with one worker, for several runs with the same watchers; it ends with this process. A run throws an Error when it
 * broke off or a step of it ended in an error.
 */
export function engineRuns() {
  const engine = createNativeEngine({ workers: 1 })
  return async (load: BenchLoad, audience?: PlanAudience['stage']): Promise<RunResult> => {
    const { plan, remove } = planOf(load)
    const intervals: Interval[] = []
    const receipts: Receipt[] = []
    try {
      const accounting = await engine.run(
        audience === undefined ? plan : { ...plan, audience: { id: 'bench', stage: audience } },
        {
          interval: (interval) => void intervals.push(interval),
          receipt: (_, receipt) => void receipts.push(receipt),
          event: () => {},
          exemplar: () => {},
          progress: () => {},
        },
        new AbortController().signal,
      )
      const wrong = Object.values(accounting.arms)[0]?.errors[0]
      if (wrong !== undefined)
        throw new Error(`${wrong.count} × ${wrong.reason} in "${wrong.step}": ${wrong.example}`)
      if (accounting.cutShort) throw new Error('the run broke off')
      return { accounting, intervals, receipts }
    } finally {
      remove()
    }
  }
}
