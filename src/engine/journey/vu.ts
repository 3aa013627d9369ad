import type {
  Answer,
  Channel,
  ChannelOptions,
  JsonObject,
  Page,
  PageOptions,
  Scenario,
  StepArguments,
  Steps,
  Vu,
} from '../../model/scenario.js'
import type { Micros } from '../../model/time.js'
import type { StepCall } from './step.js'

/** What a journey's `vu` is made of: its port, but for the steps, which are bound when they are asked for. */
export interface Acts {
  /** The step of this journey's arm; undefined when it is none that is called. */
  readonly called: (step: StepCall) => ((args?: StepArguments) => Promise<Answer>) | undefined
  readonly liveview: (
    step: string,
    args: StepArguments,
    options?: PageOptions<Steps>,
  ) => Promise<Answer & { readonly page: Page<Steps> | undefined }>
  readonly socket: (
    step: string,
    args: StepArguments,
    options?: ChannelOptions<Steps>,
  ) => Promise<Answer & { readonly channel: Channel<Steps> | undefined }>
  readonly began: number
  readonly observe: (step: string, answer: string, since: number) => void
  readonly receipt: (kind: string, fact: JsonObject) => void
  readonly think: (time: Micros) => Promise<void>
}

type VuClass = new (acts: Acts) => object

const classes = new WeakMap<Scenario, VuClass>()

// Thousands of journeys a second begin with a `vu`: one class a scenario, with getters, costs each of them one small object.
function classOf({ steps }: Scenario): VuClass {
  class Bound {
    readonly #acts: Acts

    constructor(acts: Acts) {
      this.#acts = acts
    }

    static define(step: StepCall): void {
      if (step.name in Bound.prototype) return
      Object.defineProperty(Bound.prototype, step.name, {
        get(this: Bound) {
          return this.#acts.called(step)
        },
      })
    }

    get liveview(): Acts['liveview'] {
      return this.#acts.liveview
    }
    get socket(): Acts['socket'] {
      return this.#acts.socket
    }
    get began(): number {
      return this.#acts.began
    }
    get observe(): Acts['observe'] {
      return this.#acts.observe
    }
    get receipt(): Acts['receipt'] {
      return this.#acts.receipt
    }
    get think(): Acts['think'] {
      return this.#acts.think
    }
  }
  for (const [name, call] of Object.entries(steps)) Bound.define({ name, call, kind: 'request' })
  return Bound
}

/** The port of one journey: the steps that its arm calls, and the rest of what a scenario may do. */
export function vuOf(scenario: Scenario, acts: Acts): Vu<Steps> {
  let made = classes.get(scenario)
  if (made === undefined) {
    made = classOf(scenario)
    classes.set(scenario, made)
  }
  return new made(acts) as Vu<Steps>
}
