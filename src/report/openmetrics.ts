import type { InvariantResult } from '../model/artefact.js'
import { isIdle } from '../model/invariants.js'
import type { MetricUnit, ScenarioVerdict, Verdict } from '../model/verdict.js'
import { familyOf, openMetricsFamilies, type Family, type FamilyName } from './openmetrics-families.js'
import { worstInvariantsFirst } from './order.js'
import { plain } from './plain.js'

type Labels = Readonly<Record<string, string | undefined>>

/** Samples by family. The first of two with the same labels stays: a second one would make the file invalid. */
class Samples {
  private readonly written = new Map<FamilyName, Map<string, string>>()

  add(family: FamilyName, labels: Labels, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return
    const all = this.written.get(family) ?? new Map<string, string>()
    this.written.set(family, all)
    const name = openMetricsFamilies[family].type === 'info' ? `${family}_info` : family
    const head = `${name}${braced(labels)}`
    if (!all.has(head)) all.set(head, `${head} ${value}`)
  }

  /** One sample a state, of which one is true. */
  state(family: FamilyName, labels: Labels, is: string): void {
    const { states = [] }: Family = openMetricsFamilies[family]
    for (const state of states) this.add(family, { ...labels, [family]: state }, state === is ? 1 : 0)
  }

  text(): string {
    const lines = Object.entries<Family>(openMetricsFamilies).flatMap(([name, { type, unit, help }]) => {
      const samples = this.written.get(name as FamilyName)
      if (samples === undefined) return []
      return [
        `# TYPE ${name} ${type}`,
        ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
        `# HELP ${name} ${help}.`,
        ...samples.values(),
      ]
    })
    return `${[...lines, '# EOF'].join('\n')}\n`
  }
}

/** GitLab takes whatever follows a `#` for a remark, also within quotes. Source: GitLab, ee/lib/gitlab/ci/parsers/metrics/generic.rb. */
const escaped = (text: string): string =>
  plain(text).replaceAll('#', '_').replaceAll('\\', '\\\\').replaceAll('"', '\\"')

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}="${escaped(value)}"`],
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const inUnit = (value: number | undefined, unit: MetricUnit): number | undefined =>
  value !== undefined && unit === 'us' ? value / 1_000_000 : value

/**
 * The verdict as OpenMetrics text, for Prometheus and for GitLab's metrics reports: the verdict and each decision as state sets, figures
 * as gauges in seconds and ratios. Nothing in it is named by seed or date, so that series stay the same from run to run.
 * Source: OpenMetrics 1.0.
 */
export function openMetrics(verdict: Verdict): string {
  const samples = new Samples()
  const { tool, mode, baseline } = verdict
  samples.add('vge_perf_build', { tool, mode, baseline }, 1)
  samples.state('vge_perf_verdict', {}, verdict.outcome)
  samples.add('vge_perf_exit', {}, verdict.exit)
  samples.add('vge_perf_elapsed_seconds', {}, verdict.elapsedSeconds)
  for (const scenario of verdict.scenarios) {
    const { scenario: name, profile } = scenario
    addScenario(samples, { scenario: name, profile }, scenario)
  }
  return samples.text()
}

function addScenario(samples: Samples, of: Labels, scenario: ScenarioVerdict): void {
  samples.state('vge_perf_scenario', of, scenario.outcome)
  samples.add('vge_perf_scenario_exit', of, scenario.exit)
  samples.add('vge_perf_scenario_units', of, scenario.units)
  samples.add('vge_perf_scenario_starts', of, scenario.starts)
  for (const metric of scenario.metrics) {
    const labels = { ...of, metric: metric.name }
    const family = familyOf('metric', metric.unit)
    if (metric.role === 'gate') samples.state('vge_perf_decision', labels, metric.decision)
    for (const arm of ['control', 'candidate'] as const)
      samples.add(family, { ...labels, arm }, inUnit(metric[arm], metric.unit))
    for (const bound of ['low', 'mean', 'high'] as const)
      samples.add('vge_perf_change_ratio', { ...labels, bound }, metric.change?.[bound])
  }
  for (const budget of scenario.budgets) {
    const labels = { ...of, budget: budget.name }
    const family = familyOf('budget', budget.unit)
    samples.state('vge_perf_budget', labels, budget.decision)
    samples.add(family, { ...labels, is: 'limit' }, inUnit(budget.limit, budget.unit))
    samples.add(family, { ...labels, is: 'found' }, inUnit(budget.value, budget.unit))
  }
  for (const mix of scenario.mix) {
    const labels = { ...of, step: mix.step, outcome: mix.outcome }
    samples.state('vge_perf_mix', labels, mix.decision)
    for (const arm of ['control', 'candidate'] as const)
      samples.add('vge_perf_mix_ratio', { ...labels, arm }, mix[arm])
  }
  // Weighed once a start: the worst of an invariant is added first, and stays.
  for (const one of worstInvariantsFirst(scenario.invariants)) addInvariant(samples, of, one, scenario.waived)
  if (scenario.units > 0) samples.state('vge_perf_generator', of, scenario.health.state)
  for (const { arm, step, class: whose, reason, count } of scenario.errors)
    samples.add('vge_perf_errors', { ...of, arm, step, class: whose, reason }, count)
}

function addInvariant(samples: Samples, of: Labels, one: InvariantResult, waived: readonly string[]): void {
  const labels = { ...of, invariant: one.name }
  const isWaived = one.status === 'not_checked' && waived.includes(one.name)
  const state = isWaived ? 'waived' : isIdle(one) ? 'nothing_to_weigh' : one.status
  samples.state('vge_perf_invariant', labels, state)
  if (one.status !== 'not_checked')
    samples.add('vge_perf_invariant_offenders', labels, Math.max(one.count, one.offenders.length))
}
