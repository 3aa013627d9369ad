import type { PlanAudience } from '../model/plan.js'
import type { ResolvedProfile } from '../model/scenario.js'
import type { Micros } from '../model/time.js'
import { dismissLayout, gatherLayout } from '../plan/audience.js'
import { lighter } from '../plan/lighter.js'
import { blockLayout, slicesLayout, splitPhases, type UnitLayout } from '../plan/unit.js'
import { coldWarmUpLength, warmUpLength } from './lengths.js'

/** Lays out the load of one fresh start, stage after stage, each with rows of its own. */
export class Layouts {
  private row = 0
  private readonly phases: ReturnType<typeof splitPhases>

  constructor(
    private readonly profile: ResolvedProfile,
    private readonly options: {
      readonly arms: 1 | 2
      readonly seed: string
      /** Which arm is first where they do not alternate. */
      readonly order: readonly number[]
    },
  ) {
    this.phases = splitPhases(profile.load.phases)
  }

  /** There are phases that can alternate, or be cut short to warm up. */
  get hasSteady(): boolean {
    return this.phases.steady.length > 0
  }

  get hasBlocks(): boolean {
    return this.phases.blocks.length > 0
  }

  /** The audience comes in; undefined where there is none. `unit` numbers the stage, here and below. */
  gather(unit: number): UnitLayout | undefined {
    const { audience } = this.profile
    return audience === undefined
      ? undefined
      : this.taken(gatherLayout(audience, { ...this.options, unit, firstRow: this.row }))
  }

  warmUp(unit: number, cold: boolean, load = 1): UnitLayout {
    return this.shortened(unit, cold ? coldWarmUpLength : warmUpLength, load)
  }

  /** A stage of both arms by turns. `load`: share of the profile's rates. */
  slices(unit: number, length: Micros, load: number): UnitLayout {
    const { steady } = this.phases
    return this.taken(slicesLayout({ ...this.shared(unit, steady, load), length }))
  }

  /** The phases that can alternate as they are, for one arm alone. */
  whole(unit: number): UnitLayout {
    return this.taken(blockLayout({ ...this.shared(unit, this.phases.steady, 1), order: this.options.order }))
  }

  blocks(unit: number): UnitLayout {
    return this.taken(blockLayout({ ...this.shared(unit, this.phases.blocks, 1), order: this.options.order }))
  }

  private shortened(unit: number, length: Micros, load: number): UnitLayout {
    if (this.options.arms === 2) return this.slices(unit, length, load)
    const shared = this.shared(unit, this.phases.steady, load)
    const phases = shared.phases.map((one) => ({
      ...one,
      arrivals: { ...one.arrivals, duration: length } as typeof one.arrivals,
    }))
    return this.taken(blockLayout({ ...shared, phases, order: [0] }))
  }

  private shared(unit: number, planned: ReturnType<typeof splitPhases>['steady'], load: number) {
    const { arms, seed } = this.options
    const phases = planned.map((one) => lighter(one, load))
    return { phases, arms, seed, unit, firstRow: this.row, slice: this.profile.slice }
  }

  private taken(layout: UnitLayout): UnitLayout {
    this.row += layout.rows
    return layout
  }
}

/** One plan of a start: what is sent, whether it is judged, and what the audience does. */
export interface Stage {
  readonly layout: UnitLayout
  readonly phase: 'warm-up' | 'measure'
  readonly audience: PlanAudience['stage']
}

/** All that one target alone is sent on one start, in order. `first` numbers the first stage. */
export function stagesAlone(
  profile: ResolvedProfile,
  { seed, cold, first }: { readonly seed: string; readonly cold: boolean; readonly first: number },
): readonly Stage[] {
  const layouts = new Layouts(profile, { arms: 1, seed, order: [0] })
  const stages: Stage[] = []
  const add = (layout: UnitLayout | undefined, phase: Stage['phase'], audience: Stage['audience']): void => {
    if (layout !== undefined) stages.push({ layout, phase, audience })
  }
  const unit = (): number => first + stages.length
  add(layouts.gather(unit()), 'warm-up', 'gather')
  if (layouts.hasSteady) {
    add(layouts.warmUp(unit(), cold), 'warm-up', 'stay')
    add(layouts.whole(unit()), 'measure', 'stay')
  }
  if (layouts.hasBlocks) add(layouts.blocks(unit()), 'measure', 'stay')
  return stages
}

/** The last stage of an audience: it is asked, and leaves. */
export const dismissal = { layout: dismissLayout, audience: 'dismiss' } as const
