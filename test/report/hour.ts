import { histogramOf, mergeHistograms } from '../../src/histogram/histogram.js'
import { micros } from '../../src/model/time.js'
import type { ScenarioRuns } from '../../src/report/input.js'
import type { Verdict } from '../../src/model/verdict.js'
import { recorded, type Sampled } from './recorded.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const steps = 40
const hour = 3_600

/** Forty different seconds of about 60 requests, so that neighbours differ as in a real run. */
const palette = (scale: number): readonly Sampled['latency'][] =>
  Array.from({ length: 40 }, (_, kind) =>
    histogramOf(
      Array.from({ length: 60 }, (__, n) =>
        Math.round(scale * (900 + ((kind * 37) % 40) * 60) * Math.exp((n * n) / 900)),
      ),
    ),
  )

function hourOf(arm: 'control' | 'candidate', scale: number) {
  const seconds = palette(scale)
  const rare = histogramOf([700, 900])
  const samples = Array.from({ length: steps }, (_, step): readonly Sampled[] =>
    Array.from({ length: hour }, (__, second) => [
      {
        metric: `step-${step}`,
        outcome: 'won',
        second,
        latency: seconds[(second * 7 + step * 11) % seconds.length] ?? rare,
      },
      ...(step % 2 === 0 ? [{ metric: `step-${step}`, outcome: 'conflict', second, latency: rare }] : []),
    ]).flat(),
  ).flat()
  const events = [
    { unit: 0, at: micros(600_000_000), kind: 'gc', text: 'a pause of 12 ms' },
    { unit: 0, at: micros(1_800_500_000), kind: 'connections', text: 'Not all connections could be opened' },
  ]
  const phases = [{ name: 'opening', arrivals: 'surge', firstRow: 0, rows: 1_000 } as const]
  const made = recorded(arm, [{ offset: 0, seconds: hour, phases }], samples, events)
  // The sum of an hour is asked for often.
  const sums = new Map<string, ReturnType<typeof made.latency>>()
  return {
    ...made,
    latency: (query: Parameters<typeof made.latency>[0]) => {
      const key = `${query.metric}|${query.outcome}`
      if (!sums.has(key)) {
        const of = made.series(query)
        const some = of.slice(0, 40).map(({ latency }) => latency as Sampled['latency'])
        sums.set(key, some.length === 0 ? undefined : mergeHistograms(some))
      }
      return sums.get(key)
    },
  }
}

/** The verdict and the runs of an hour of load with forty metrics on each of two arms. */
export function anHour(): { readonly verdict: Verdict; readonly runs: readonly ScenarioRuns[] } {
  const metrics = Array.from({ length: steps }, (_, step) =>
    metric(`step-${step} p50`, step === 17 ? 'regression' : 'pass', { sigma: 0.021, smallest: 0.04 }),
  )
  return {
    verdict: verdict({ scenarios: [scenarioVerdict({ metrics })] }),
    runs: [
      { scenario: 'seat-selection', control: hourOf('control', 1), candidate: hourOf('candidate', 1.2) },
    ],
  }
}
