import crypto from 'k6/crypto'
import { keyOf } from '../../../binding/contract.js'
import { UserError } from '../../../model/errors.js'
import type { Contract } from '../../../model/contract.js'
import type { Scenario } from '../../../model/scenario.js'
import { bindSteps } from '../../journey/bind.js'
import { contractOf, scenarioOf, type Inputs } from '../../journey/inputs.js'
import type { Bound, Carrier } from '../../journey/performer.js'
import { redisCaller } from '../../journey/redis-caller.js'
import { newTally } from '../../journey/tally.js'
import type { Unit, UnitArm } from '../../journey/unit.js'
import type { PrepareVu, Word } from '../orders.js'
import { httpCaller } from './http.js'
import { nodeAt } from './node.js'
import { TimerPacing } from './pacing.js'
import { placeAt } from './place.js'
import { wayOver, type RedisClient, type RedisModule } from './redis.js'
import type { Stream } from './stream.js'
import { VuWatch } from './watch.js'

/** What a script is made of. */
export interface Script {
  readonly scenario: Scenario
  readonly contract: Contract
  /** The extension `k6/x/redis`, where the scenario needs it. */
  readonly redis?: RedisModule
  /** By which a load knows the script that was made for it. */
  readonly made: string
}

const progressEvery = 250

/** Journeys on k6's own clients; what they yield goes on k6's stream. */
export class K6Carrier implements Carrier<PrepareVu> {
  private readonly clients = new Map<string, RedisClient>()

  constructor(
    private readonly script: Script,
    private readonly stream: Stream,
    readonly post: (word: Word) => void,
  ) {}

  async bind({ plan, contents, run }: PrepareVu): Promise<Bound> {
    this.stream.run = run
    const scenario = scenarioOf(this.script.scenario, plan.scenario)
    const contract = contractOf(this.script.contract, 'The contract', plan.settings)
    const { arrivals: table, rows: datasets, secrets } = contents
    const tools = {
      secrets,
      figures: contract.figures,
      hmacSha256: (key: string, data: string) => crypto.hmac('sha256', key, data, 'hex'),
      now: () => Math.floor(Date.now() / 1_000),
    }
    const inputs: Inputs = { table, datasets, scenario, contract, tools }
    const arms: UnitArm[] = []
    for (const [index, { arm, urls, redis }] of plan.arms.entries()) {
      const tally = newTally(scenario)
      const places = urls.map((url) => placeAt(url, tally))
      const bindings = await bindSteps(plan, inputs, {
        http: (operation) => httpCaller(operation, tools, plan.headers, places, plan.timeout),
        redis: (operation) => redisCaller(operation, keyOf(contract), wayOver(this.clientOf(redis, arm))),
        nodes: places.map((place) => nodeAt(place, tools, plan.headers, plan.timeout)),
      })
      arms.push({ arm, tally, dataset: datasets[index] ?? {}, ...bindings, receipts: [] })
    }
    const watch = new VuWatch()
    return {
      scenario,
      table,
      arms,
      samples: this.stream,
      watch,
      pace: (schedule) => new TimerPacing(schedule),
      report: (unit) => this.report(unit, watch),
    }
  }

  // k6 keeps connections by VU and opens them when they are needed: there is nothing to make ready.
  warm(): ReturnType<Carrier['warm']> {
    return Promise.resolve(undefined)
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
  }

  private report(unit: Unit, watch: VuWatch): { end(): void } {
    const tallies = () => unit.arms.map(({ tally }) => tally)
    const handOn = (): void => {
      for (const arm of unit.arms) {
        for (const receipt of arm.receipts) this.stream.receipt(arm.arm, receipt)
        arm.receipts = []
      }
    }
    const timer = setInterval(() => {
      handOn()
      this.post({ type: 'progress', tallies: tallies() })
    }, progressEvery)
    return {
      end: () => {
        clearInterval(timer)
        handOn()
        this.post({
          type: 'done',
          tallies: tallies(),
          health: watch.end(),
          exemplars: [],
          emitted: this.stream.emitted,
        })
      },
    }
  }

  private clientOf(url: string | undefined, arm: string): RedisClient {
    const { redis } = this.script
    if (redis === undefined || url === undefined)
      throw new UserError(`The scenario talks to Redis, but the ${arm} has no Redis address.`, {
        hint: `Give \`targets.${arm}.redis\` in vge-perf.config.ts.`,
        reason: 'redis_missing',
      })
    if (!/^rediss?:/.test(url))
      throw new UserError(`k6/x/redis cannot talk to the Redis of the ${arm}, which is at a socket file.`, {
        hint: 'Give it an address of the form redis://host:port, or use --engine native.',
        reason: 'k6_no_socket_file',
      })
    const found = this.clients.get(url) ?? new redis.Client(url)
    this.clients.set(url, found)
    return found
  }
}
