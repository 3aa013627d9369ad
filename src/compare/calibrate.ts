import type { Run } from '../model/artefact.js'
import type { CalibratedMetric, CalibratedScenario } from '../model/calibration.js'
import type { Tolerance } from '../model/scenario.js'
import type { MetricVerdict, ScenarioVerdict } from '../model/verdict.js'
import { mostUnits } from '../model/config.js'
import { levelOfLook, totalLevels } from '../stats/sequential.js'
import { studentUpper } from '../stats/student.js'
import { caughtBy, type Pace, type Spread } from './power.js'
import { looksOf } from './units.js'

/** A metric by which fewer gates would catch a change of `reject` does not gate: what was caught on recorded series: `bench/README.md`, "How good the verdict is". */
const wanted = 0.97

/** Latencies gate by their noise; what is counted, budgets, mix and invariants have none, and are not looked at here. */
export const isTimed = ({ unit, role }: MetricVerdict): boolean => unit === 'us' && role === 'gate'

/** What a comparison of equal builds tells of each latency that gates. Pure: from the verdict of that comparison. */
export function calibrateScenario(
  verdict: ScenarioVerdict,
  candidate: Run,
  pace: Pace,
  now: Date,
): CalibratedScenario {
  const metrics = verdict.metrics.filter(isTimed).flatMap((metric) => {
    const found = calibrateMetric(metric, pace)
    return found === undefined ? [] : [[metric.name, found] as const]
  })
  return {
    scenario: verdict.scenario,
    profile: verdict.profile,
    recordedAt: now.toISOString(),
    must: candidate.file.fingerprint.must,
    ...(verdict.load === undefined ? {} : { load: verdict.load }),
    starts: verdict.starts,
    units: Math.max(0, ...verdict.metrics.filter(isTimed).map(({ units }) => units)),
    cap: pace.most,
    metrics: Object.fromEntries(metrics),
    doses: [],
  }
}

/** Undefined of a metric whose spread could not be told. */
function calibrateMetric(
  { sigma, between = 0, units, tolerance }: MetricVerdict,
  pace: Pace,
): CalibratedMetric | undefined {
  if (sigma === undefined || tolerance === undefined) return undefined
  // Units of one start share its luck: E[s²] = within² + between² (n − k) / (n − 1), with k units a start.
  const shared = (between ** 2 * (units - pace.each)) / Math.max(1, units - 1)
  const spread = { within: Math.sqrt(Math.max(0, sigma ** 2 - shared)), between }
  const reject = Math.log1p(tolerance.reject)
  const caught = [...caughtBy(spread, tolerance, reject, pace, Math.max(mostUnits, pace.most))]
  const [pairs] = caught.find(([, share]) => share >= wanted) ?? []
  const mayGate = pairs !== undefined && pairs <= pace.most
  return {
    sigma,
    between,
    tolerance,
    ...(pairs === undefined ? {} : { pairs }),
    smallest: Math.expm1(smallestAt(spread, tolerance, pace)),
    mayGate,
    ...(mayGate ? {} : { bearable: sigma * bearableShare(spread, tolerance, pace) }),
  }
}

/** The log ratio that the most units that a gate takes would call a regression four times in five, as `decidePaired` has it. */
function smallestAt({ within, between }: Spread, { ignore }: Tolerance, { each, most }: Pace): number {
  const starts = most / each
  const error = Math.sqrt(within ** 2 / most + between ** 2 / starts)
  const freedom = most === starts ? most - 1 : Math.max(2, most - starts)
  const level = levelOfLook(totalLevels.regression, looksOf(each, most))
  return Math.log1p(ignore) + (studentUpper(level, freedom) + studentUpper(0.2, freedom)) * error
}

/** The largest share of these spreads at which a change of `reject` is caught as often as is wanted; by bisection, to a hundredth. */
function bearableShare({ within, between }: Spread, tolerance: Tolerance, pace: Pace): number {
  let [low, high] = [0, 1]
  while (high - low > 0.01) {
    const middle = (low + high) / 2
    const spread = { within: within * middle, between: between * middle }
    const caught = [...caughtBy(spread, tolerance, Math.log1p(tolerance.reject), pace).values()].at(-1) ?? 0
    if (caught >= wanted) low = middle
    else high = middle
  }
  return low
}
