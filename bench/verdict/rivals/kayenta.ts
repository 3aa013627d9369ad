import { medianOf, slices, type RequestUnit } from '../requests.js'
import { meanOf, shift } from './tests.js'
import type { Rival } from './rival.js'

const confidence = 0.98
const tolerance = 0.25

/** The time series of an arm: the median of each of its slices. */
const points = (units: readonly RequestUnit[], arm: keyof RequestUnit): Float64Array =>
  Float64Array.from(
    units.flatMap((unit) => {
      const each = unit[arm].length / slices
      return Array.from({ length: slices }, (_, slice) =>
        medianOf(unit[arm].slice(slice * each, (slice + 1) * each)),
      )
    }),
  )

/**
 * A judge like Kayenta's. Source: spinnaker/kayenta, NetflixACAJudge and MannWhitneyClassifier: a metric is High when the 98 % interval
 * of the Hodges–Lehmann shift between two time series lies above a quarter of that shift and the ratio of means is at least the
 * allowed effect, 1 by default. Simplified: one metric that may only rise, so that High fails the canary; a point is a slice's median.
 */
export const kayenta: Rival = {
  name: 'kayenta',
  about:
    'like Kayenta’s NetflixACAJudge: 98 % interval of the shift between two time series above a quarter of it',
  units: 10,
  decide: ({ units }) => {
    const [was, is] = [points(units, 'control'), points(units, 'candidate')]
    const { estimate, low } = shift(was, is, confidence)
    return low > tolerance * Math.abs(estimate) && meanOf(is) >= meanOf(was) ? 'regression' : 'pass'
  },
}
