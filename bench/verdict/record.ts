import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { statistics, unitRatios, type Statistic } from '../../src/compare/latency.js'
import { judgedOutcome } from '../../src/compare/outcome.js'
import { gatingPairs, pairUp, type Pair } from '../../src/compare/units.js'
import { judgeFolder } from '../../src/jobs/judge.js'
import type { GroupFile, Run } from '../../src/model/artefact.js'
import { UserError } from '../../src/model/errors.js'
import type { MetricVerdict } from '../../src/model/verdict.js'
import { isGroup, readGroup } from '../../src/store/index.js'
import { median } from '../frame/rounds.js'
import { shares, type RecordedMetric, type RecordedSeries } from './series.js'

type Scenario = RecordedSeries['scenarios'][number]

const rounded = (value: number): number => Number(value.toFixed(5))

/**
 * Keeps what a gate of equal builds measured, read with the store's own reader: of each latency that gated the log ratio of each unit by
 * start, and quantiles of both arms. Returns the path of the file, which `npm run format` lays out. Throws a UserError when the folder is no report of a gate.
 */
export async function recordSeries(report: string, folder: string): Promise<string> {
  const groups = existsSync(report)
    ? readdirSync(report)
        .map((name) => join(report, name))
        .filter(isGroup)
    : []
  const scenarios: (Scenario & { readonly startedAt: string; readonly machine: string })[] = []
  for (const group of groups) {
    const found = await recordScenario(group, groups.length)
    if (found !== undefined) scenarios.push(found)
  }
  const [first] = scenarios.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  if (first === undefined)
    throw new UserError(`${report} holds no scenario that a gate measured on both arms.`, {
      hint: 'Name the folder of a report: vge-perf gate --report FOLDER writes one.',
      reason: 'missing_file',
    })
  const series: RecordedSeries = {
    recordedAt: first.startedAt.slice(0, 10),
    machine: first.machine,
    scenarios: scenarios.map(({ startedAt: _at, machine: _machine, ...scenario }) => scenario),
  }
  const path = join(folder, `${first.startedAt.slice(0, 19).replaceAll(':', '-')}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `${JSON.stringify(series, null, 2)}\n`)
  return path
}

async function recordScenario(
  folder: string,
  scenarios: number,
): Promise<(Scenario & { readonly startedAt: string; readonly machine: string }) | undefined> {
  const { group, control, candidate } = await readGroup(folder)
  if (control === undefined || candidate === undefined) return undefined
  const { verdict } = await judgeFolder(folder, {
    mode: 'paired',
    waive: [],
    noRegressionCheck: false,
    fresh: true,
    capReached: true,
  })
  const { file } = candidate
  const seconds = secondsAStart(group)
  return {
    startedAt: file.startedAt,
    machine: file.fingerprint.must['machine'] ?? '',
    scenario: file.scenario,
    profile: file.profile,
    health: verdict.health.state,
    ...(seconds === undefined ? {} : { secondsAStart: rounded(seconds / scenarios) }),
    metrics: verdict.metrics.flatMap((metric) => recordMetric(metric, control, candidate)),
  }
}

/** Median time from the first unit of a start to that of the next: all that a start costs, for all scenarios that share it. */
function secondsAStart({ units }: GroupFile): number | undefined {
  const begins = [...new Set(units.map((unit) => unit.group))].map((group) =>
    Math.min(...units.filter((unit) => unit.group === group).map((unit) => unit.startedAt)),
  )
  const gaps = begins.slice(1).map((begin, index) => (begin - (begins[index] ?? NaN)) / 1_000)
  return gaps.length === 0 ? undefined : median(gaps)
}

function recordMetric(metric: MetricVerdict, control: Run, candidate: Run): readonly RecordedMetric[] {
  const statistic = statistics.find(({ name }) => name === metric.statistic)
  if (metric.role !== 'gate' || metric.tolerance === undefined || statistic === undefined) return []
  const name = metric.name.slice(0, -metric.statistic.length - 1)
  const pairs = gatingPairs(pairUp(candidate, control)).filter(
    ({ index }) => candidate.latency({ metric: name, units: [index] }) !== undefined,
  )
  const runs = [control, candidate]
  const outcome = judgedOutcome(
    runs,
    name,
    pairs.map(({ index }) => index),
  )
  if (outcome === undefined) return []
  const starts = [...new Set(pairs.map(({ group }) => group))].map((group) =>
    pairs
      .filter((pair) => pair.group === group)
      .flatMap((pair) => recordUnit(runs, pair, name, outcome, statistic)),
  )
  return [
    { name: metric.name, tolerance: metric.tolerance, starts: starts.filter((units) => units.length > 0) },
  ]
}

function recordUnit(
  [control, candidate]: readonly Run[],
  pair: Pair,
  metric: string,
  outcome: string,
  statistic: Statistic,
): RecordedMetric['starts'][number] {
  if (control === undefined || candidate === undefined) return []
  const [ratio] = unitRatios({ control, candidate, pairs: [pair] }, metric, outcome, statistic)
  const quantiles = (run: Run): number[] => {
    const latency = run.latency({ metric, outcome, units: [pair.index] })
    return shares.map((share) => latency?.quantile(share) ?? NaN)
  }
  if (ratio === undefined) return []
  return [{ logRatio: rounded(ratio.logRatio), control: quantiles(control), candidate: quantiles(candidate) }]
}
