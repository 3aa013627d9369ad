import type { ScenarioVerdict } from '../model/verdict.js'

type Next = (scenario: ScenarioVerdict, repeat: string) => string

const record: Next = ({ scenario, profile }) =>
  `vge-perf baseline record --scenario ${scenario} --profile ${profile}   (8 sessions make a baseline; then: vge-perf baseline promote)`
const more: Next = (_, repeat) => `${repeat}   (with a higher gate.maxUnits: more units, not another try)`
const bigger: Next = ({ scenario }) =>
  `vge-perf gate --scenario ${scenario} --profile full   (more samples a unit)`
const again: Next = (_, repeat) => repeat

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
  invariants_not_checked: ({ invariants, waived }) => {
    const open = [
      ...new Set(
        invariants
          .filter((one) => one.status === 'not_checked' && !waived.includes(one.name))
          .map((one) => one.name),
      ),
    ]
    return `name the target's stores in vge-perf.config.ts, or waive each there: waive: [${open.map((name) => `'${name}'`).join(', ')}]`
  },
  wrong_mix: ({ scenario, profile }) =>
    `vge-perf plan ${scenario} --profile ${profile}   (shows the data and the mix that it is meant to have)`,
  generator_behind: (_, repeat) => `${repeat}   (on a quieter machine, or with less load)`,
}

/** Undefined where the verdict is settled. */
export function nextStep(scenario: ScenarioVerdict, repeat: string): string | undefined {
  if (scenario.outcome === 'failed' || scenario.outcome === 'interrupted') return repeat
  return scenario.exit === 3 ? commands[scenario.reason]?.(scenario, repeat) : undefined
}
