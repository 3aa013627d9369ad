import type { Fault } from '../kernel.js'
import { pause } from './pause.js'
import { routeMatcher } from './route-word.js'
import { hook } from './seam.js'
import { positive, readValue, share } from './value.js'

interface Delay {
  /** Milliseconds for a request whose own service took that long. */
  readonly of: (serviceMs: number) => number
  readonly share: number
}

const accepted =
  'ROUTE:MS, ROUTE:+PERCENT% or ROUTE:exp:MEAN_MS, each with :SHARE of the requests after it if not of all; ROUTE * is all'

function read(words: readonly string[]): Delay | undefined {
  const exponential = words[0] === 'exp'
  const [amount, part, ...rest] = exponential ? words.slice(1) : words
  const some = part === undefined ? 1 : share(part)
  if (amount === undefined || some === undefined || rest.length > 0) return undefined
  const percent = /^\+(.*)%$/.exec(amount)?.[1]
  if (percent !== undefined && !exponential) {
    const more = positive(percent)
    return more === undefined ? undefined : { share: some, of: (serviceMs) => (serviceMs * more) / 100 }
  }
  const ms = positive(amount, 60_000)
  if (ms === undefined) return undefined
  return { share: some, of: exponential ? () => -Math.log(1 - Math.random()) * ms : () => ms }
}

export const delay: Fault = {
  name: 'delay',
  summary:
    'Answers of a route come late: by milliseconds, by a percentage of the service time, or exponentially distributed',
  example: 'delay=reserve:+30%:0.5',
  value: { accepted, usual: '*:20' },
  plant: async (app, value) => {
    const [route = '', ...words] = value.split(':')
    const late = readValue(delay, value, () => read(words))
    const meant = routeMatcher('delay', route)
    const remove = hook(app.seams.afterRoute, async (name, _reply, serviceMs) => {
      if (meant(name) && Math.random() < late.share) await pause(late.of(serviceMs))
    })
    return async () => remove()
  },
}
