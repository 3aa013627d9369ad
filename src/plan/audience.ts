import type { Crowd } from '../model/scenario.js'
import { micros, perSecond } from '../model/time.js'
import { blockLayout, type UnitLayout } from './unit.js'

/** Name of the phase in which watchers come in, and of the phase of their rows. */
const audiencePhase = 'audience'

/** Watchers coming in evenly, first all of one arm, then all of the other. */
export function gatherLayout(
  { count, joining }: Crowd,
  options: {
    readonly arms: 1 | 2
    readonly seed: string
    readonly unit: number
    readonly firstRow: number
    readonly order: readonly number[]
  },
): UnitLayout {
  const arrivals = {
    kind: 'constant',
    rate: perSecond((count * 1_000_000) / joining),
    duration: joining,
  } as const
  const layout = blockLayout({ ...options, phases: [{ name: audiencePhase, arrivals }], slice: joining })
  return { ...layout, kind: 'block' }
}

/** Nothing is sent: the watchers are asked, and leave. */
export const dismissLayout: UnitLayout = {
  kind: 'block',
  table: { at: [], arm: [], phase: [], n: [] },
  phases: [],
  order: [],
  rows: 0,
  loaded: micros(0),
  length: micros(0),
}
