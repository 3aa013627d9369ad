import type { Run } from '../model/artefact.js'
import type { CalibratedScenario, Calibration } from '../model/calibration.js'
import type { MetricVerdict } from '../model/verdict.js'
import { isTimed } from './calibrate.js'
import { daysValid } from './sets.js'
import type { Finding } from './findings.js'
import { mustDiffer } from './fingerprint.js'
import { loadOf } from './units.js'
import { change, plural, share } from './words.js'

/** Clocks of two machines may differ, but not by so many days. */
const aDay = 1

export interface Calibrated {
  readonly metrics: readonly MetricVerdict[]
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
}

/** The command that finds out anew which metrics may gate. */
export const calibrateCommand = (scenario: string, profile: string): string =>
  `vge-perf calibrate --scenario ${scenario} --profile ${profile}`

/**
 * Latencies that a calibration found too noisy to gate become diagnostics. It may be of this scenario, profile, plan and machine alone,
 * and at most 30 days older than the run; any other is told and left aside. Nothing but latencies is touched, and a latency without
 * samples stays what it is. Where no latency is left that gates, the scenario is inconclusive.
 */
export function applyCalibration(
  metrics: readonly MetricVerdict[],
  calibration: Calibration | undefined,
  run: Run,
): Calibrated {
  const asItIs = (...warnings: string[]): Calibrated => ({ metrics, findings: [], warnings })
  if (calibration === undefined) return asItIs()
  const { scenario, profile } = run.file
  const anew = `every metric was judged as without one; anew: ${calibrateCommand(scenario, profile)}`
  const entry = calibration.scenarios.find((one) => one.scenario === scenario && one.profile === profile)
  if (entry === undefined) return asItIs(`there is no calibration of profile ${profile}: ${anew}`)
  const age = (Date.parse(run.file.startedAt) - Date.parse(entry.recordedAt)) / 86_400_000
  if (age > daysValid)
    return asItIs(
      `the calibration of ${entry.recordedAt.slice(0, 10)} is older than ${daysValid} days: ${anew}`,
    )
  if (age < -aDay)
    return asItIs(
      `the calibration is left aside: it says that it was recorded after this run, at ${entry.recordedAt}: ${anew}`,
    )
  const fields = mustDiffer([{ must: entry.must, warn: {}, subject: {} }], run.file.fingerprint)
  if (fields.length > 0)
    return asItIs(`the calibration is of other conditions (${fields.join('; ')}): ${anew}`)
  const loads = [entry.load ?? 1, loadOf(run)].map(share)
  if (loads[0] !== loads[1])
    return asItIs(`the calibration is of ${loads[0]} of the load, and ${loads[1]} was sent: ${anew}`)
  return demoted(metrics, entry)
}

function demoted(metrics: readonly MetricVerdict[], entry: CalibratedScenario): Calibrated {
  const warnings: string[] = []
  const judged = metrics.map((metric): MetricVerdict => {
    const known = entry.metrics[metric.name]
    if (known === undefined || known.mayGate || !isTimed(metric) || metric.decision === 'no_data')
      return metric
    const { ignore, reject } = known.tolerance
    if (ignore !== metric.tolerance?.ignore || reject !== metric.tolerance.reject) {
      warnings.push(
        `${metric.name} was calibrated for other tolerances, and judged as without a calibration; anew: ${calibrateCommand(entry.scenario, entry.profile)}`,
      )
      return metric
    }
    warnings.push(sentence(metric, known.sigma))
    return { ...metric, role: 'diagnostic', decision: 'inconclusive', reason: 'too_noisy_here' }
  })
  const count = judged.filter(({ reason }) => reason === 'too_noisy_here').length
  if (count === 0 || judged.some(isTimed)) return { metrics: judged, findings: [], warnings }
  const none = `no latency may gate here: the calibration found ${plural(count, 'metric')} too noisy, and none that is not`
  return {
    metrics: judged,
    findings: [{ outcome: 'inconclusive', reason: 'no_metric_may_gate', sentence: none }],
    warnings,
  }
}

/** What a metric that may not gate would have said is not kept back. */
function sentence({ name, decision, change: found }: MetricVerdict, sigma: number): string {
  const also =
    decision === 'regression' && found !== undefined
      ? `; it read ${change(found.mean)} (between ${change(found.low)} and ${change(found.high)}), which would have been a regression`
      : ''
  return `${name} cannot gate here and is only shown: equal builds spread by ${share(sigma)} a unit, says the calibration${also}`
}
