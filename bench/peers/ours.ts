import type { RunningTarget } from '../frame/target.js'
import { order, stretchSeconds, type Figures, type Generator } from './generator.js'
import type { LoadName } from './loads.js'

export const ours: Generator = {
  name: 'ours',
  missing: () => undefined,
  measure: ({ url, pid }, load) =>
    order('cost-generator', { url, target: pid, load, seconds: stretchSeconds }),
}

/** Ours at a rate that it can hold. */
export function oursAtRate(
  { url, pid }: RunningTarget,
  load: LoadName,
  rate: number,
): Promise<Required<Figures>> {
  return order('cost-generator', { url, target: pid, load, seconds: stretchSeconds, rate })
}
