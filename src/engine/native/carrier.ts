import { keyOf } from '../../binding/contract.js'
import { Recorder } from '../conduct/recorder.js'
import { bindSteps } from '../journey/bind.js'
import type { FromWorker, ToWorker } from '../journey/messages.js'
import type { Bound, Carrier } from '../journey/performer.js'
import type { Session } from '../journey/session.js'
import { redisCaller } from '../journey/redis-caller.js'
import { newTally } from '../journey/tally.js'
import type { UnitArm } from '../journey/unit.js'
import { Connections } from './connections.js'
import { HealthWatch } from './health.js'
import { httpCaller } from './http/caller.js'
import type { HttpPool } from './http/pool.js'
import { readInputs } from './inputs.js'
import { nodeOver } from './node.js'
import { Pacer } from './pacer.js'
import { wayOver } from './redis.js'
import { Reporting } from './reporting.js'
import { sweep } from './sweep.js'
import { warmUp } from './warm-up.js'

/** Journeys on connections of our own, which stay open from one plan to the next. */
export class NativeCarrier implements Carrier {
  private readonly connections: Connections
  private pools: readonly (readonly HttpPool[])[] = []

  /** `sources`: addresses of this machine that connections go out from, beyond loopback; any when there are none. */
  constructor(
    sources: readonly string[],
    readonly post: (message: FromWorker) => void,
  ) {
    this.connections = new Connections(sources)
  }

  async bind({ plan, workers }: Extract<ToWorker, { type: 'prepare' }>): Promise<Bound> {
    const inputs = await readInputs(plan)
    const { contract, scenario, tools, table } = inputs
    const tallies = plan.arms.map(() => newTally(scenario))
    this.pools = this.connections.poolsOf(plan, workers, tallies)
    const arms: UnitArm[] = []
    for (const [index, arm] of plan.arms.entries()) {
      const pools = this.pools[index] ?? []
      const bindings = await bindSteps(plan, inputs, {
        http: (operation) => httpCaller(operation, tools, plan.headers, pools),
        redis: async (operation) =>
          redisCaller(operation, keyOf(contract), wayOver(await this.connections.redisOf(arm))),
        nodes: pools.map((pool) => nodeOver(pool, tools, plan.headers)),
      })
      const tally = tallies[index] ?? newTally(scenario)
      arms.push({ arm: arm.arm, tally, dataset: inputs.datasets[index] ?? {}, ...bindings, receipts: [] })
    }
    const recorder = new Recorder()
    const watch = new HealthWatch()
    watch.short = this.connections.short
    return {
      scenario,
      table,
      arms,
      samples: recorder,
      watch,
      pace: (schedule) => new Pacer(schedule, (time) => watch.spin(time)),
      report: (unit) => new Reporting(unit, recorder, watch, this.post),
    }
  }

  async warm(session: Session, phase: number, stop: () => boolean): ReturnType<Carrier['warm']> {
    const failure = await warmUp(session, this.pools, phase, stop)
    if (session.plan.phases[phase]?.kind === 'burst') sweep()
    return failure
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
