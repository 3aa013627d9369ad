import type { Run } from '../model/artefact.js'
import type { BudgetVerdict, MetricVerdict, MixVerdict, ScenarioVerdict } from '../model/verdict.js'
import { againstBaseline } from './baseline.js'
import { blameOf } from './blame.js'
import { judgeBudgets } from './budgets.js'
import { applyCalibration } from './calibrated.js'
import { comparability, type Comparability } from './comparable.js'
import { driftSince } from './drift.js'
import { judgeEnding } from './ending.js'
import { errorsByKind, errorShare } from './errors.js'
import { fairness } from './fairness.js'
import { frameMetrics } from './frames.js'
import { ofBudgets, ofHealth, ofMetrics, ofMix } from './figures-findings.js'
import { byWeight, exitOf, type Finding } from './findings.js'
import type { ScenarioInput, Wants } from './input.js'
import { latencyMetrics } from './latency.js'
import { judgeMix } from './mix.js'
import { blindMix } from './session-mix.js'
import { inPlainWords } from './plain.js'
import { probeMetrics, silentTargets } from './probes.js'
import { achievedRate } from './rate.js'
import { settlingOf } from './settling.js'
import { stoppedBy } from './stopped.js'
import { timesOf } from './times.js'
import { countHeld, judgeTruth } from './truth.js'
import { loadOf, pairUp, type Compared } from './units.js'
import { wanted } from './wants.js'
import { plural, share } from './words.js'

/** All that is known of one scenario → how it ends, and what would settle it. Pure; may be asked after every unit. */
export function judgeScenario(input: ScenarioInput): {
  readonly verdict: ScenarioVerdict
  readonly wants: Wants
} {
  const { candidate } = input
  const runs = input.control === undefined ? [candidate] : [candidate, input.control]
  const comparable = comparability(input)
  const paired = input.mode === 'paired' && comparable.problem === undefined
  const control = paired ? input.control : undefined
  const compared = {
    candidate,
    control,
    pairs: pairUp(candidate, control),
    final: input.capReached || !paired,
  }
  const calibrated = applyCalibration(
    judgeMetrics(compared, input, comparable),
    paired ? input.calibration : undefined,
    candidate,
  )
  const { metrics } = calibrated
  const load = loadOf(candidate)
  const short = load < 1 || input.health.state !== 'valid'
  const budgets = judgeBudgets(
    candidate,
    short && control !== undefined ? { run: control, pairs: compared.pairs } : undefined,
  )
  const sessions = comparable.problem === undefined ? comparable.sessions : []
  const mix = judgeMix(compared, sessions)
  const truth = judgeTruth(candidate, input.control, input.waive)
  const explained = becauseOfErrors(metrics, budgets, mix)
  const findings = byWeight([
    ...judgeEnding(runs, input.capReached),
    ...truth.findings,
    ...ofHealth(input.health),
    ...(comparable.problem === undefined ? [] : [comparable.problem]),
    ...ofMetrics(metrics, explained),
    ...calibrated.findings,
    ...ofMix(mix, explained),
    ...ofBudgets(budgets, explained),
  ])
  const starts = new Set(compared.pairs.map((pair) => pair.group)).size
  const best: Finding = {
    outcome: 'pass',
    // Where nothing was compared there was no tolerance to be within.
    reason: metrics.some(({ role }) => role === 'gate') ? 'within_tolerance' : 'promises_held',
    sentence: passed(metrics, budgets, countHeld(truth.invariants, truth.waived)),
  }
  const { outcome, reason, sentence } = findings[0] ?? best
  const blame = blameOf(
    compared,
    metrics,
    budgets,
    mix.some(({ decision }) => decision === 'shifted'),
  )
  const plain = untouched.includes(outcome) ? [] : inPlainWords(compared, metrics, budgets, blame)
  const settling = outcome === 'inconclusive' ? settlingOf(candidate.file, metrics, budgets) : undefined
  const verdict: ScenarioVerdict = {
    scenario: candidate.file.scenario,
    profile: candidate.file.profile,
    outcome,
    exit: exitOf(outcome),
    reason,
    headline: sentence,
    units: compared.pairs.length,
    starts,
    ...(load === 1 ? {} : { load }),
    metrics,
    budgets,
    mix,
    invariants: truth.invariants,
    waived: truth.waived,
    health: input.health,
    // By what they are here: of two stored runs each may have been a candidate.
    times: [
      ...(control === undefined ? [] : timesOf(control, 'control')),
      ...timesOf(candidate, 'candidate'),
    ],
    errors: errorsByKind({ candidate, ...(control === undefined ? {} : { control }) }),
    ...(blame === undefined ? {} : { blame }),
    ...(plain.length === 0 ? {} : { plain }),
    ...(settling === undefined ? {} : { settling }),
    warnings: [
      ...truth.warnings,
      ...comparable.warnings,
      ...blindMix(compared, sessions),
      // It says why nothing is compared, also where something worse decides.
      ...(comparable.problem === undefined || comparable.problem.sentence === sentence
        ? []
        : [comparable.problem.sentence]),
      ...calibrated.warnings,
      ...(load === 1 ? [] : [lighterLoad(load)]),
      ...spoiltUnits(candidate),
      ...(input.pinned === undefined || comparable.problem !== undefined
        ? []
        : driftSince(input.pinned, comparable.sessions, candidate)),
      ...(paired && !input.fresh
        ? ['the targets were not restarted, so that nothing was confirmed on fresh processes']
        : []),
      ...(paired && starts === 1
        ? ['all units come from one start, so that the luck of a start is not told from the build']
        : []),
      ...silentTargets(runs),
      ...runs.flatMap((run) => run.damage),
    ],
  }
  return {
    verdict,
    wants: wanted(compared, {
      paired,
      capReached: input.capReached,
      findings,
      metrics,
      budgets,
      mix,
      mayRecover: input.health.mayRecover === true,
    }),
  }
}

function judgeMetrics(
  compared: Compared,
  input: ScenarioInput,
  { sessions, problem }: Comparability,
): readonly MetricVerdict[] {
  const own = [
    ...latencyMetrics(compared),
    ...achievedRate(compared),
    ...errorShare(compared),
    ...fairness(compared),
    ...frameMetrics(compared),
    ...probeMetrics(compared),
  ]
  const judged =
    input.mode !== 'baseline' || problem !== undefined ? [] : againstBaseline(compared.candidate, sessions)
  const names = new Set(judged.map((metric) => metric.name))
  return [...judged, ...own.filter((metric) => !names.has(metric.name))].map((metric) =>
    metric.role === 'gate' ? { ...metric, stopped: stoppedBy(metric, compared) } : metric,
  )
}

/** What a verdict at a lighter load does not say. */
const lighterLoad = (load: number): string =>
  `only ${share(load)} of the load was sent, since this machine, which it shares with its targets, had no room for more: whether budgets hold under all of it was not seen`

const spoiltUnits = ({ file }: Run): readonly string[] => {
  const spoilt = file.units.filter(({ discarded }) => discarded === 'spoilt').length
  return spoilt === 0
    ? []
    : [
        `${plural(spoilt, 'unit')} did not count, since the hypervisor gave the time to other machines, and ${spoilt === 1 ? 'was' : 'were'} sent again`,
      ]
}

/** Outcomes that change nothing for those who use it, or do not tell. */
const untouched: readonly ScenarioVerdict['outcome'][] = [
  'pass',
  'inconclusive',
  'invalid',
  'failed',
  'interrupted',
]

/** Where the candidate answers with errors, what it then lacks samples of is a consequence: the errors are the finding. */
function becauseOfErrors(
  metrics: readonly MetricVerdict[],
  budgets: readonly BudgetVerdict[],
  mix: readonly MixVerdict[],
): boolean {
  return (
    metrics.some((metric) => metric.statistic === 'error share' && metric.decision === 'regression') ||
    budgets.some((budget) => budget.unit === 'share' && budget.decision === 'broken') ||
    mix.some((one) => one.decision === 'shifted')
  )
}

function passed(
  metrics: readonly MetricVerdict[],
  budgets: readonly BudgetVerdict[],
  invariants: number,
): string {
  const gating = metrics.filter((metric) => metric.role === 'gate').length
  return [
    ...(gating === 0 ? [] : [`${plural(gating, 'metric')} within tolerance`]),
    ...(budgets.length === 0 ? [] : [`${plural(budgets.length, 'budget')} held`]),
    ...(invariants === 0 ? [] : [`${plural(invariants, 'invariant')} held`]),
  ].join(', ')
}
