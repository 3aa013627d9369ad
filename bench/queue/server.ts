import type { Law, Stalls } from './law.js'

/** When `work` that begins at `start` is done by a server that stands still at times. Microseconds. */
export function doneAt(start: number, work: number, stalls: Stalls | undefined): number {
  if (stalls === undefined) return start + work
  let at = start
  let left = work
  for (;;) {
    const round = Math.floor(at / stalls.every)
    const standsUntil = round === 0 ? 0 : round * stalls.every + stalls.lasts
    at = Math.max(at, standsUntil)
    const next = (round + 1) * stalls.every
    if (at + left <= next) return at + left
    left -= next - at
    at = next
  }
}

/**
 * A server that serves one request after the other, in the order in which they come: c(n) = max(arrival, c(n − 1)) + s(n), where what
 * stands still does not work. Its stalls count from the first arrival. Told of an arrival, it says when that one is done.
 */
export function singleServer(law: Law): (n: number, arrival: number) => number {
  let origin: number | undefined
  let free = 0
  return (n, arrival) => {
    origin ??= arrival
    free = doneAt(Math.max(arrival - origin, free), law.service(n), law.stalls)
    return origin + free
  }
}
