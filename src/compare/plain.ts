import { answeredAt, winKinds } from './wins.js'
import type { Blame } from '../model/blame.js'
import type { Run, UnitRecord } from '../model/artefact.js'
import type { BudgetVerdict, MetricVerdict } from '../model/verdict.js'
import { spreadOf } from '../stats/spread.js'
import { studentUpper } from '../stats/student.js'
import { blockTolerance } from './rate.js'
import type { Compared } from './units.js'
import { figure, share } from './words.js'

/** What became of those who met an outcome, where its name says so. Others end as it. */
const fates: Readonly<Record<string, string>> = {
  rate_limited: 'are turned away for asking too often',
  denied: 'are refused',
  conflict: 'find it taken',
  error: 'meet an error',
}

const sentencesOfOutcomes = 2

/** What a change means to those who use the platform; only of what both arms say beyond noise. */
export function inPlainWords(
  compared: Compared,
  metrics: readonly MetricVerdict[],
  budgets: readonly BudgetVerdict[],
  blame: Blame | undefined,
): readonly string[] {
  return [
    ...drains(compared, budgets),
    ...(blame?.outcomes ?? [])
      .filter(({ outcome, more }) => more > 0 || !(outcome in fates))
      .slice(0, sentencesOfOutcomes)
      .map(fateOf),
    ...waits(metrics),
    ...unanswered(metrics),
  ]
}

function fateOf({ step, outcome, control, candidate, more }: Blame['outcomes'][number]): string {
  const many = `${Math.abs(more).toLocaleString('en-US')} ${more < 0 ? 'fewer' : 'more'}`
  const what = fates[outcome] ?? `end as ${outcome}`
  return `${many} who ask for ${step} ${what}: ${share(candidate)} instead of ${share(control)}`
}

/** A burst or a surge: how long until all had their answer, and until the last winner had won. */
function drains(
  { control, candidate, pairs }: Compared,
  budgets: readonly BudgetVerdict[],
): readonly string[] {
  if (control === undefined) return []
  const blocks = pairs.filter(({ kind }) => kind === 'block')
  const phases = [...new Set(blocks.flatMap((pair) => Object.keys(pair.candidate.accounting.drain)))]
  return phases.flatMap((phase) => {
    const broken = budgets.some(
      ({ name, decision }) => decision === 'broken' && name.startsWith(`drain@${phase} `),
    )
    const both = (of: (run: Run, unit: UnitRecord) => number | undefined): readonly Both[] =>
      blocks.flatMap((pair) => {
        const [was, is] = [pair.control && of(control, pair.control), of(candidate, pair.candidate)]
        return was !== undefined && is !== undefined && was > 0 && is > 0 ? [{ was, is }] : []
      })
    return [
      ...told(
        `all of ${phase} have their answer after`,
        both((_, { accounting }) => accounting.drain[phase]),
        broken,
      ),
      ...told(
        `the last winner of ${phase} has won after`,
        both((run, unit) => lastWin(run, unit, phase)),
        false,
      ),
    ]
  })
}

interface Both {
  readonly was: number
  readonly is: number
}

/** A tenth more or less at least, beyond what one block differs from the next; or what broke its budget. */
function told(what: string, both: readonly Both[], always: boolean): readonly string[] {
  if (both.length === 0) return []
  const logs = both.map(({ was, is }) => ({ group: 0, value: Math.log(is / was) }))
  const { mean, error, freedom } = spreadOf(logs)
  const sure =
    both.length >= 2 &&
    Math.abs(mean) > Math.log1p(blockTolerance.ignore) &&
    Math.abs(mean) > studentUpper(0.05, freedom) * error
  if (!sure && !always) return []
  const average = (of: (one: Both) => number): number =>
    both.reduce((sum, one) => sum + of(one), 0) / both.length
  return [
    `${what} ${figure(
      average((one) => one.is),
      'us',
    )} instead of ${figure(
      average((one) => one.was),
      'us',
    )}`,
  ]
}

/** From the phase's begin to the last win in it, microseconds; undefined where receipts do not say when they won. */
function lastWin(run: Run, unit: UnitRecord, phase: string): number | undefined {
  const rows = unit.phases?.find(({ name }) => name === phase)
  // One event an arm, in the order of the arms: both are in the records of both.
  const begun = run
    .events()
    .filter((event) => event.unit === unit.index && event.kind === 'phase' && event.text === phase)[
    Math.max(0, unit.order.indexOf(run.file.arm))
  ]
  const kinds = winKinds(run)
  if (rows === undefined || begun === undefined || kinds.size === 0) return undefined
  const from = unit.startedAt + begun.at / 1_000
  const won = run.receipts().flatMap((receipt) => {
    const { unit: index, kind, n } = receipt
    const isHere = index === unit.index && n >= rows.firstRow && n < rows.firstRow + rows.rows
    return isHere && kinds.has(kind) ? (answeredAt(receipt) ?? []) : []
  })
  // A sale may have more winners than a call may have arguments.
  const last = won.reduce((latest, one) => Math.max(latest, one), -Infinity)
  return won.length === 0 ? undefined : (last - from) * 1_000
}

const regressed = (metrics: readonly MetricVerdict[], of: (one: MetricVerdict) => boolean): MetricVerdict[] =>
  metrics
    .filter((one) => one.role === 'gate' && one.decision === 'regression' && of(one))
    .toSorted((a, b) => Math.abs(b.change?.mean ?? 0) - Math.abs(a.change?.mean ?? 0))

/** Of the times that regressed, the one that changed most. */
function waits(metrics: readonly MetricVerdict[]): readonly string[] {
  const [worst] = regressed(metrics, ({ unit }) => unit === 'us')
  if (worst?.control === undefined || worst.candidate === undefined) return []
  const name = worst.name.slice(0, worst.name.length - worst.statistic.length).trim()
  const [is, was] = [figure(worst.candidate, 'us'), figure(worst.control, 'us')]
  return [
    worst.statistic === 'p50'
      ? `half of all ${name} take longer than ${is}, where it was ${was}`
      : `the slower quarter of all ${name}, its slowest left out, takes ${is} on average instead of ${was}`,
  ]
}

function unanswered(metrics: readonly MetricVerdict[]): readonly string[] {
  const [rate] = regressed(metrics, ({ statistic }) => statistic === 'achieved rate')
  if (rate?.control === undefined || rate.candidate === undefined) return []
  return [
    `${figure(rate.candidate, 'per_second')} journeys come to an end where it was ${figure(rate.control, 'per_second')}`,
  ]
}
