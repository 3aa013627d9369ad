import { calibrateCommand } from './calibrated.js'
import { mostMinutes, mostUnits, usualMinutes } from '../model/config.js'
import { fewestSessions } from '../stats/prediction.js'
import type { ScenarioSettling, ScenarioVerdict, Verdict } from '../model/verdict.js'
import { plural } from './words.js'

type Head = Pick<Verdict, 'mode' | 'repeat' | 'baseline'> &
  Partial<Pick<Verdict, 'elapsedSeconds' | 'candidate'>> & {
    /** Time that the gate had for further starts. */
    readonly minutes?: number
    /** The command line that measured the candidate, where that was another than this one. */
    readonly measuredBy?: string
  }
type Next = (scenario: ScenarioVerdict, head: Head) => string

/** The command line with a flag that it may have already. */
const withFlag = (line: string, flag: string, value: string): string =>
  `${line.replaceAll(new RegExp(` ${flag}[ =](?:'[^']*'|\\S+)`, 'g'), '')} ${flag} ${value}`

/** Twice what did not suffice, never less than is usual, and as much as all units will take. A gate stops as soon as it can tell. */
const longer = (line: string, { given, wanted }: Readonly<Record<'given' | 'wanted', number>>): string => {
  const minutes = Math.max(usualMinutes, Math.ceil(2 * given), Math.ceil(wanted))
  return withFlag(line, '--minutes', String(Math.min(mostMinutes, minutes)))
}

const half = (minutes: number): string => {
  const halves = Math.max(1, Math.ceil(2 * minutes))
  return halves === 1 ? 'half a minute' : halves === 2 ? 'a minute' : `${halves / 2} minutes`
}

/** How many more units, at what price, and which noise is to blame for them: `about 12 more units on 4 starts, 3 minutes, for reserve p50`. */
function price({ figure, units, starts, minutes, noise }: ScenarioSettling): string {
  const because =
    noise === 'starts'
      ? 'starts differ more than the units of one, so more starts or a quieter machine'
      : 'its units differ from one another, so more samples a unit or a quieter machine'
  if (units === undefined)
    return `no number of units that anybody would wait for settles ${figure}: ${because} would`
  const on = starts === undefined ? '' : ` on ${plural(starts, 'start')}`
  const cost = minutes === undefined ? '' : `, ${half(minutes)}`
  return `about ${plural(units, 'more unit', 'more units')}${on}${cost}, for ${figure}; ${because} would help too`
}

/** A scenario as it was asked for: one that lies in a file of its own is not found by its name. */
const asAsked = (name: string, repeat: string): string => {
  const given = [...repeat.matchAll(/ --scenario[ =]('[^']*'|\S+)/g)].map(([, word = '']) => word)
  const files = given.filter((word) => /[./]/.test(word))
  return (given.length === 1 ? files[0] : files.find((file) => file.includes(name))) ?? name
}

/** A command line that names no baseline any more. */
export const withoutBaseline = (line: string): string =>
  line.replaceAll(/ --baselines?[ =](?:'[^']*'|\S+)/g, '')

const flagsOf = (line: string, ...names: readonly string[]): string =>
  (line.match(new RegExp(` --(?:${names.join('|')})[ =](?:'[^']*'|\\S+)`, 'g')) ?? []).join('')

/** What says in a command line who is measured, and by what. */
const measuring = [
  'config',
  'target',
  'postgres',
  'redis',
  'nodes',
  'engine',
  'k6-bin',
  'workers',
  'cores',
  'target-cores',
]
const both = [...measuring, 'control', 'control-postgres', 'control-redis']

/** The commands that record what a baseline lacks, and let it count. */
export const recordCommand = (...asked: Parameters<typeof recordLine>): string => {
  const [name, , , repeat = ''] = asked
  return `${recordLine(...asked)}, then vge-perf baseline promote ${name}${flagsOf(repeat, 'baselines')}`
}

/** The command that records sessions. */
export const recordLine = (
  name: string,
  { scenario, profile }: Pick<ScenarioVerdict, 'scenario' | 'profile'>,
  sessions: number,
  repeat = '',
): string => {
  const there = flagsOf(repeat, 'baselines')
  return `vge-perf baseline record ${name} --scenario ${asAsked(scenario, repeat)} --profile ${profile}${flagsOf(repeat, ...measuring)}${there} --sessions ${sessions}`
}

const record: Next = (scenario, { baseline, repeat }) =>
  recordCommand(baseline ?? 'main', scenario, fewestSessions, repeat)
/** With one look at one start, more time gives no more units. */
const more: Next = (scenario, head) =>
  head.mode === 'paired'
    ? moreUnits(scenario, head)
    : head.mode === 'baseline'
      ? besideControl(scenario, head)
      : moreSamples(scenario, head)
const moreUnits: Next = ({ settling, metrics }, { repeat, elapsedSeconds = 0, minutes = usualMinutes }) => {
  const capped = metrics.some(({ stopped }) => stopped?.reason === 'unit_cap')
  const wanted = Math.max(...metrics.map(({ units }) => units)) + (settling?.units ?? 0)
  const beyond = capped && wanted > mostUnits
  if (beyond || (!capped && minutes >= mostMinutes)) {
    const most = beyond ? plural(mostUnits, 'unit') : plural(mostMinutes, 'minute')
    return `${repeat} (on a quieter machine, or with a higher rate in the scenario: a gate may take no more than ${most})`
  }
  const command = longer(repeat, {
    // Where the cap ended it, time was left.
    given: capped ? minutes / 2 : minutes,
    wanted: elapsedSeconds / 60 + (settling?.minutes ?? 0),
  })
  if (settling === undefined) return `${command} (more units, not another try; gate.maxUnits is their cap)`
  const cap = capped && settling.units !== undefined ? `; gate.maxUnits must allow ${wanted}` : ''
  return `${command} (${price(settling)}${cap})`
}
const besideControl: Next = (scenario, { repeat, baseline = 'main', candidate = {} }) => {
  // The embedded platform has no other build to stand beside.
  if (candidate['address'] === undefined)
    return `${recordCommand(baseline, scenario, fewestSessions, repeat)}: more sessions tell smaller changes`
  const line = withoutBaseline(repeat)
  const control = / --control[ =]/.test(line) ? '' : ' --control URL'
  return `${line}${control} (beside the old build, as long as it needs: a session against others is looked at once)`
}
const moreSamples: Next = (scenario, { repeat, mode, baseline = 'main' }) => {
  const phase = 'a longer phase in the scenario'
  if (mode === 'baseline')
    return `${recordCommand(baseline, scenario, fewestSessions, repeat)} (after ${phase})`
  return scenario.profile === 'full'
    ? `${repeat} (with ${phase}: more samples)`
    : `${withFlag(repeat, '--profile', 'full')} (more samples; or ${phase}, where it has no such profile)`
}
const whoTakesIt: Next = ({ scenario, profile }, { repeat, mode }) => {
  const flags = flagsOf(repeat, ...measuring)
  const old = mode === 'baseline' ? '; sessions of what was meant to change are recorded anew' : ''
  return `vge-perf run --scenario ${scenario} --profile ${profile}${flags} (shows which steps are taken, and how they end${old})`
}
const again: Next = (_, { repeat }) => repeat
const mend: Next = (_, { repeat }) => `mend the code of the scenario, then ${repeat}`
const waiveEach: Next = ({ invariants, waived }, { repeat }) => {
  const open = invariants.filter((one) => one.status === 'not_checked' && !waived.includes(one.name))
  const names = [...new Set(open.map((one) => one.name))]
  return `${repeat} ${names.map((name) => `--waive ${name}`).join(' ')} (or name the target's stores, so that they are checked)`
}
const showPlan: Next = ({ scenario, profile }, { repeat }) =>
  `vge-perf plan --scenario ${scenario} --profile ${profile}${flagsOf(repeat, 'config')} (shows the data and the load that it is meant to have)`
const quieter: Next = ({ scenario, profile }, { repeat }) =>
  `${calibrateCommand(scenario, profile)}${flagsOf(repeat, ...both)} (on a quieter machine; or give the scenario a higher rate, or wider tolerances)`
/** What lies on disk does not change: it has to be measured anew. */
const measure: Next = (_, { measuredBy = 'vge-perf gate' }) =>
  /^vge-perf gate\b/.test(measuredBy)
    ? `measure again: ${measuredBy}`
    : `measure again: ${measuredBy}; or with vge-perf gate, which pairs them under one load`

/** The command that would settle what is not settled, by its reason. */
const commands: Readonly<Record<string, Next>> = {
  no_baseline: record,
  too_few_sessions: record,
  baseline_expired: record,
  recorded_in_future: record,
  fingerprint_differs: record,
  no_control: again,
  undecided: more,
  undecided_at_cap: more,
  too_few_units: more,
  not_confirmed: more,
  not_settled: more,
  no_worse_than_control: (_, { repeat }) =>
    `${repeat} (on a quieter machine, or with targets that have one of their own)`,
  too_few_samples: moreSamples,
  no_metric_may_gate: quieter,
  run_incomplete: again,
  clock_backwards: again,
  run_damaged: again,
  one_sided: whoTakesIt,
  invariants_not_checked: waiveEach,
  wrong_mix: showPlan,
  generator_behind: ({ budgets }, { repeat, mode }) =>
    budgets.some(({ unit, step, decision }) => unit === 'share' && step === 'whole' && decision === 'broken')
      ? `see first why so many steps ended in an error: no machine mends that; then ${repeat}`
      : `${repeat} (on a quieter machine${mode === 'paired' ? '' : '; a gate of two builds fits the load to the machine'})`,
  journey_threw: mend,
  audience_absent: mend,
}

/** What judging what is stored can settle, or a look at the plan. */
const settledOnDisk: ReadonlySet<string> = new Set(['invariants_not_checked', 'wrong_mix'])

const aboutScenario: ReadonlySet<string> = new Set([
  'wrong_mix',
  'generator_behind',
  'journey_threw',
  'audience_absent',
])

/** Undefined where the verdict is settled. */
export function nextStep(scenario: ScenarioVerdict, head: Head): string | undefined {
  const failed = scenario.outcome === 'failed' || scenario.outcome === 'interrupted'
  if (!failed && scenario.exit !== 3) return undefined
  if (head.mode === 'stored' && !settledOnDisk.has(scenario.reason)) return measure(scenario, head)
  // Of a load that was sent elsewhere: its command lays it anew, and takes no flag of a gate.
  if (head.repeat.startsWith('vge-perf compile ') && !aboutScenario.has(scenario.reason)) return head.repeat
  const known = commands[scenario.reason]
  const asked = { ...scenario, scenario: asAsked(scenario.scenario, head.repeat) }
  return known === undefined && failed ? head.repeat : known?.(asked, head)
}
