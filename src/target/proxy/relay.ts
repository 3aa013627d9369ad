import type { Socket } from 'node:net'
import { heldBack, type Delay } from './delay.js'
import type { Releaser } from './releaser.js'

/** Bytes of one connection that may wait; then the target is not read until they are fewer. */
const mostHeld = 4 << 20

/**
 * Passes bytes between two sockets, both half-open on their own: requests at once, answers as late as `delay` says, in their order. A
 * chunk that follows another without a request in between is of the same answer, and as late as its first.
 * An end, a reset and a full buffer of one side are passed on to the other.
 */
export function relay(client: Socket, target: Socket, delay: Delay, releaser: Releaser): void {
  let asked: number | undefined
  let shift = 0
  let last = 0
  let held = 0

  const later = (now: number, by: number, work: () => void): void => {
    last = Math.max(last, now + by)
    releaser.at(now, last, () => {
      if (!client.destroyed) work()
    })
  }
  const flow = (): void => {
    const full = held > mostHeld || client.writableNeedDrain
    if (full !== target.isPaused()) void (full ? target.pause() : target.resume())
  }

  client.on('data', (chunk) => {
    asked = performance.now()
    if (!target.write(chunk)) client.pause()
  })
  target.on('drain', () => client.resume())
  client.on('end', () => target.end())
  client.on('error', () => target.resetAndDestroy())
  client.on('close', () => target.destroy())

  target.on('data', (chunk) => {
    const now = performance.now()
    if (asked !== undefined) shift = heldBack(delay, now - asked)
    asked = undefined
    held += chunk.length
    later(now, shift, () => {
      held -= chunk.length
      client.write(chunk)
      flow()
    })
    flow()
  })
  client.on('drain', flow)
  target.on('end', () => later(performance.now(), 0, () => client.end()))
  target.on('error', () => later(performance.now(), 0, () => client.resetAndDestroy()))
}
