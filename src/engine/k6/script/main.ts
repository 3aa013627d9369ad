import exec from 'k6/execution'
import { Performer } from '../../journey/performer.js'
import { variables, type PrepareVu, type Word } from '../orders.js'
import { performAlone, readLaidPlan } from './alone.js'
import { K6Carrier, type Script } from './carrier.js'
import { Parent } from './led.js'
import { Stream } from './stream.js'

export type { Script } from './carrier.js'

/** k6's options: pacing VUs that each run once. `vus` is how many when the environment does not say. */
export function optionsOf(vus: number) {
  const count = Number(__ENV[variables.vus] ?? vus)
  return {
    scenarios: {
      plan: { executor: 'per-vu-iterations', vus: count, iterations: 1, maxDuration: '24h', gracefulStop: '1s' },
    },
    // One connection for each request that is under way: k6 would else open a new one for nearly every request.
    batch: 50_000,
    batchPerHost: 50_000,
    systemTags: [],
    dns: { ttl: 'inf', select: 'first', policy: 'preferIPv4' },
  }
}

/** What each VU does: carries out its share of a plan, led by a parent or from a folder. */
export function vuOf(script: Script, vus: number): () => Promise<void> {
  const control = __ENV[variables.control]
  const folder = __ENV[variables.plan]
  const laid = control === undefined && folder !== undefined ? readLaidPlan(folder) : undefined
  if (control === undefined && laid === undefined)
    throw new Error(
      `This script sends a plan, and was given none. Name its folder: k6 run -e ${variables.plan}=FOLDER … ("vge-perf compile --plan FOLDER" writes one).`,
    )
  const workers = Number(__ENV[variables.vus] ?? vus)
  return async () => {
    const worker = exec.vu.idInTest - 1
    const stream = new Stream(String(worker))
    if (laid !== undefined) {
      const say = (word: Word): void => {
        if (word.type !== 'progress') stream.word(word)
      }
      const performer = new Performer(new K6Carrier(script, stream, say))
      await performAlone(performer, laid, worker, workers)
      performer.close()
      return
    }
    await led(script, stream, new Parent(control ?? '', worker))
  }
}

async function led(script: Script, stream: Stream, parent: Parent): Promise<void> {
  const performer = new Performer<PrepareVu>(new K6Carrier(script, stream, (word) => parent.say(word)))
  for (;;) {
    const order = await parent.order()
    if (order.type === 'leave') break
    void performer.obey(order)
  }
  performer.close()
}
