import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../kernel.js'
import { hook } from './seam.js'
import { positive, readValue, share } from './value.js'

interface Delay {
  readonly ms: number
  readonly share: number
}

function read(value: string): Delay | undefined {
  const [amount, part, ...rest] = value.split(':')
  const ms = positive(amount, 60_000)
  const some = part === undefined ? 1 : share(part)
  return ms === undefined || some === undefined || rest.length > 0 ? undefined : { ms, share: some }
}

export const delayBroadcasts: Fault = {
  name: 'delay-broadcasts',
  summary:
    'What happens at events is told to the clients of this node MS milliseconds late, or a share of it is; later ones of the same event wait behind it',
  example: 'delay-broadcasts=200:0.5',
  value: { accepted: 'MS or MS:SHARE, such as 200:0.5', usual: '200' },
  plant: async (app, value) => {
    const delay = readValue(delayBroadcasts, value, read)
    // Order is kept: a fault that only delays must not look like one that reorders.
    const queues = new Map<string, Promise<void>>()
    const remove = hook(app.seams.broadcasts, (event, next) => {
      const { eventId } = event
      const ahead = queues.get(eventId)
      const late = Math.random() < delay.share
      if (ahead === undefined && !late) return next(event)
      const wait = late ? sleep(delay.ms, undefined, { ref: false }) : undefined
      const mine = Promise.all([ahead, wait]).then(() => {
        next(event)
        if (queues.get(eventId) === mine) queues.delete(eventId)
      })
      queues.set(eventId, mine)
    })
    return async () => remove()
  },
}
