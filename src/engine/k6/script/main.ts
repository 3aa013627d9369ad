import exec from 'k6/execution'
import { messageOf } from '../../../model/errors.js'
import { Performer } from '../../journey/performer.js'
import { variables, type PrepareVu } from '../orders.js'
import { performAlone, readLaid } from './alone.js'
import { K6Carrier, type Script } from './carrier.js'
import { useFineClock } from './clock.js'
import { Parent } from './led.js'
import { Stream } from './stream.js'

/** k6's options: pacing VUs that each run once. `vus` is how many when the environment does not say. */
export function optionsOf(vus: number) {
  const count = Number(__ENV[variables.vus] ?? vus)
  return {
    scenarios: {
      plan: {
        executor: 'per-vu-iterations',
        vus: count,
        iterations: 1,
        maxDuration: '24h',
        gracefulStop: '1s',
      },
    },
    // One connection for each request that is under way: k6 would else open a new one for nearly every request.
    batch: 50_000,
    batchPerHost: 50_000,
    systemTags: [],
    dns: { ttl: 'inf', select: 'first', policy: 'preferIPv4' },
  }
}

/** What each VU does: carries out what the parent of a run orders, until there is none; or the load of a folder. `vus` as above. */
export function vuOf(script: Script, vus: number): () => Promise<void> {
  const control = __ENV[variables.control]
  const folder = __ENV[variables.load]
  if (control === undefined && folder === undefined)
    throw new Error(
      `This script sends a load that lies in a folder, and was given none: k6 run -e ${variables.load}=FOLDER … ("vge-perf compile SCENARIO --load FOLDER" makes one).`,
    )
  if (control === undefined) {
    const laid = readLaid(folder ?? '', script)
    const workers = Number(__ENV[variables.vus] ?? vus)
    return async () => {
      try {
        useFineClock()
        await performAlone(script, laid, workers)
      } catch (error) {
        // k6 counts a VU that threw as one that ran: its exit code would be 0.
        exec.test.abort(messageOf(error))
      }
    }
  }
  return async () => {
    useFineClock()
    const vu = exec.vu.idInTest - 1
    const parent = new Parent(control, vu)
    const stream = new Stream(String(vu))
    const performer = new Performer<PrepareVu>(new K6Carrier(script, stream, (word) => parent.say(word)))
    for (let order = await parent.order(); order.type !== 'leave'; order = await parent.order())
      void performer.obey(order)
    performer.close()
  }
}
