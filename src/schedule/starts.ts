import type { Arrivals } from '../model/load.js'
import { bits } from './random.js'

const second = 1_000_000

const poisson = (perSecond: number, duration: number, seed: string, name: string): number[] => {
  const starts: number[] = []
  let at = 0
  for (let index = 0; ; index += 1) {
    // In (0, 1]: the logarithm of 0 is no gap.
    const share = (bits(seed, index, name) + 1) / 0x1_0000_0001
    at += (-Math.log(share) / perSecond) * second
    if (at >= duration) return starts
    starts.push(Math.floor(at))
  }
}

const evenly = (perSecond: number, duration: number): number[] =>
  Array.from({ length: Math.round((perSecond * duration) / second) }, (_, index) =>
    Math.floor((index * second) / perSecond),
  )

const ramping = (from: number, to: number, duration: number): number[] => {
  const length = Math.round(((from + to) / 2) * (duration / second))
  const slope = (to - from) / duration
  return Array.from({ length }, (_, index) => {
    // The instant by which `index` arrivals are due: from·t + slope·t²/2 = index.
    const due = index * second
    const at =
      Math.abs(slope) < 1e-12 ? due / from : (Math.sqrt(from * from + 2 * slope * due) - from) / slope
    return Math.min(Math.floor(at), duration - 1)
  })
}

const surging = (first: number, halfLife: number, duration: number): number[] => {
  // Journeys in all the time after the first second, were it endless.
  const tail = (first * halfLife) / second / Math.LN2
  const after = Math.max(0, duration - second)
  const length = Math.floor(first * Math.min(1, duration / second) + tail * (1 - 2 ** (-after / halfLife)))
  return Array.from({ length }, (_, index) => {
    if (index < first) return Math.floor((index * second) / first)
    return Math.min(Math.floor(second - halfLife * Math.log2(1 - (index - first) / tail)), duration - 1)
  })
}

/**
 * Starts of the journeys of a phase, in microseconds from its start, in order. Pure in its arguments.
 * A closed phase has none: its journeys start when a user is free.
 */
export function startsOf(arrivals: Arrivals, seed: string, name: string): number[] {
  switch (arrivals.kind) {
    case 'open':
      return poisson(arrivals.rate, arrivals.duration, seed, name)
    case 'constant':
      return evenly(arrivals.rate, arrivals.duration)
    case 'ramp':
      return ramping(arrivals.from, arrivals.to, arrivals.duration)
    case 'spike': {
      const extra = poisson(
        Math.max(arrivals.peak - arrivals.base, 1e-9),
        arrivals.lasts,
        seed,
        `${name} peak`,
      )
      return [
        ...poisson(arrivals.base, arrivals.duration, seed, name),
        ...extra.map((at) => at + arrivals.at),
      ].toSorted((a, b) => a - b)
    }
    case 'surge':
      return surging(arrivals.first, arrivals.halfLife, arrivals.duration)
    case 'burst':
      return Array.from({ length: arrivals.count }, () => 0)
    case 'trace':
      return [...arrivals.starts]
    case 'closed':
      return []
  }
}
