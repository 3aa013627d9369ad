import { medianOf, pooledOf, type RequestUnit } from '../requests.js'
import { mannWhitney, meanOf, welch } from './tests.js'
import type { Rival } from './rival.js'

const level = 0.05
const medians = (units: readonly RequestUnit[], arm: keyof RequestUnit): Float64Array =>
  Float64Array.from(units, (unit) => medianOf(unit[arm]))

/** A threshold on one run: what thresholds of load tools and actions of CI do. */
export const fixed: Rival = {
  name: 'fixed',
  about:
    'the median of one run is more than 10 % over that of another. Flattered: both were measured in turns, where a stored run is of another day',
  units: 1,
  decide: ({ units: [unit] }) =>
    unit !== undefined && medianOf(unit.candidate) > 1.1 * medianOf(unit.control) ? 'regression' : 'pass',
}

/**
 * benchstat's way. Source: golang.org/x/perf/cmd/benchstat: at least ten runs, interleaved; the medians of runs, Mann–Whitney's U
 * (exact for few), a change is told where p < 0.05. As a gate: a change for the worse fails.
 */
export const benchstat: Rival = {
  name: 'benchstat',
  about: 'Mann–Whitney over the medians of ten interleaved runs, 0.05 (golang.org/x/perf/cmd/benchstat)',
  units: 10,
  decide: ({ units }) => {
    const [was, is] = [medians(units, 'control'), medians(units, 'candidate')]
    return mannWhitney(was, is) < level && medianOf(is) > medianOf(was) ? 'regression' : 'pass'
  },
}

/** A t test on the requests themselves, which takes them for independent. */
export const welchOfRequests: Rival = {
  name: 'welch',
  about: 'Welch’s t test on all requests, 0.05',
  units: 6,
  decide: ({ units }) => {
    const [was, is] = [pooledOf(units, 'control'), pooledOf(units, 'candidate')]
    return welch(was, is) < level && meanOf(is) > meanOf(was) ? 'regression' : 'pass'
  },
}

/** The same by ranks. */
export const mannWhitneyOfRequests: Rival = {
  name: 'mann-whitney',
  about: 'Mann–Whitney’s U test on all requests, 0.05',
  units: 6,
  decide: ({ units }) => {
    const [was, is] = [pooledOf(units, 'control'), pooledOf(units, 'candidate')]
    return mannWhitney(was, is) < level && medianOf(is) > medianOf(was) ? 'regression' : 'pass'
  },
}
