import type { RunningTarget } from '../frame/target.js'
import { order, stretchSeconds, type Figures, type Generator } from './generator.js'
import type { LoadName } from './loads.js'

export const ours: Generator = {
  name: 'ours',
  missing: () => undefined,
  measure: ({ url, pid }, load) =>
    order('cost-generator', { url, target: pid, load, seconds: stretchSeconds }),
}

/** Ours at a rate that it can hold. `work` is its CPU without what the pacer waits busily, microseconds. */
export function oursAtRate(
  { url, pid }: RunningTarget,
  load: LoadName,
  rate: number,
): Promise<Figures & { readonly work: number }> {
  return order('cost-generator', { url, target: pid, load, seconds: stretchSeconds, rate })
}
