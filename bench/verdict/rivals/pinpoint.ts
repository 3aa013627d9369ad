import { defaultTolerance } from '../../../src/scenario/define.js'
import { drawsOf } from '../draws.js'
import { medianOf, type RequestUnit } from '../requests.js'
import { kolmogorovSmirnov, mannWhitneyNormal } from './tests.js'
import type { Decision, Rival } from './rival.js'

const low = 0.01
/** Attempts after which it looks. */
const attempts = [10, 20]
const simulated = 400

const chance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.min(kolmogorovSmirnov(a, b), mannWhitneyNormal(a, b))

const highs = new Map<string, number>()

/** The chance below which 99 of 100 comparisons lie whose arms truly differ by `magnitude` interquartile ranges. */
function high(magnitude: number, size: number): number {
  const step = Math.min(36, Math.max(10, Math.floor(magnitude * 10)))
  const name = `${step} ${size}`
  const known = highs.get(name)
  if (known !== undefined) return known
  const draws = drawsOf(`pinpoint ${name}`)
  // Of a normal law the middle half is 1.349 spreads wide.
  const values = (off: number): Float64Array => new Float64Array(size).map(() => draws.normal() / 1.349 + off)
  const chances = Float64Array.from({ length: simulated }, () => chance(values(0), values(step / 10))).sort()
  const found = chances[Math.floor(0.99 * simulated)] ?? NaN
  highs.set(name, found)
  return found
}

const quarter = (values: Float64Array, share: number): number =>
  values[Math.floor(share * (values.length - 1))] ?? NaN

function decide(units: readonly RequestUnit[], size: number): Decision | 'unknown' {
  const arm = (name: keyof RequestUnit): Float64Array =>
    Float64Array.from(units.slice(0, size), (unit) => Math.log(medianOf(unit[name])))
  const [was, is] = [arm('control'), arm('candidate')]
  const sorted = was.slice().sort()
  const range = quarter(sorted, 0.75) - quarter(sorted, 0.25)
  const found = chance(was, is)
  if (found < low) return medianOf(is) > medianOf(was) ? 'regression' : 'pass'
  return found <= high(Math.log1p(defaultTolerance.reject) / range, size) ? 'unknown' : 'pass'
}

/**
 * A judge like Chromium's Pinpoint. Source: catapult, dashboard/pinpoint/models/compare: the smaller chance of Mann–Whitney and
 * Kolmogorov–Smirnov over the values of attempts; below 0.01 they differ; above a high threshold, which depends on their number and
 * on the magnitude looked for in interquartile ranges, they are the same; between the two more attempts are made.
 * Simplified: an attempt is a unit; the high thresholds are simulated here instead of taken from its table; +10 % is the magnitude
 * looked for; two rounds of attempts, after which what is unknown stays so.
 */
export const pinpoint: Rival = {
  name: 'pinpoint',
  about:
    'like Chromium’s Pinpoint (catapult, models/compare): Mann–Whitney and Kolmogorov–Smirnov, a low and a high threshold, more attempts between them',
  units: attempts.at(-1) ?? 0,
  decide: ({ units }) => {
    for (const size of attempts) {
      const found = decide(units, size)
      if (found !== 'unknown') return found
    }
    return 'inconclusive'
  },
}
