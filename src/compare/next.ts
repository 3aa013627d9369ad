import type { ScenarioVerdict } from '../model/verdict.js'

type Next = (scenario: ScenarioVerdict, repeat: string) => string

const record: Next = ({ scenario, profile }) =>
  `vge-perf baseline record main --scenario ${scenario} --profile ${profile} --sessions 8, then vge-perf baseline promote main`
const more: Next = (_, repeat) =>
  `${repeat} --minutes 15 (more units, not another try; gate.maxUnits is their cap)`
const bigger: Next = ({ scenario }) =>
  `vge-perf gate --scenario ${scenario} --profile full (more samples a unit)`
const again: Next = (_, repeat) => repeat
const waiveEach: Next = ({ invariants, waived }, repeat) => {
  const open = invariants.filter((one) => one.status === 'not_checked' && !waived.includes(one.name))
  const names = [...new Set(open.map((one) => one.name))]
  return `${repeat} ${names.map((name) => `--waive ${name}`).join(' ')} (or name the target's stores, so that they are checked)`
}
const showPlan: Next = ({ scenario, profile }) =>
  `vge-perf plan --scenario ${scenario} --profile ${profile} (shows the data and the load that it is meant to have)`

/** The command that would settle what is not settled, by its reason. */
const commands: Readonly<Record<string, Next>> = {
  no_baseline: record,
  too_few_sessions: record,
  baseline_expired: record,
  fingerprint_differs: record,
  no_control: again,
  undecided: more,
  undecided_at_cap: more,
  too_few_units: more,
  not_confirmed: more,
  not_settled: more,
  too_few_samples: bigger,
  run_incomplete: again,
  invariants_not_checked: waiveEach,
  wrong_mix: showPlan,
  generator_behind: (_, repeat) => `${repeat} (on a quieter machine, or with less load)`,
}

/** Undefined where the verdict is settled. */
export function nextStep(scenario: ScenarioVerdict, repeat: string): string | undefined {
  if (scenario.outcome === 'failed' || scenario.outcome === 'interrupted') return repeat
  return scenario.exit === 3 ? commands[scenario.reason]?.(scenario, repeat) : undefined
}
