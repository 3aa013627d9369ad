import type {
  BudgetVerdict,
  Decision,
  MetricVerdict,
  ScenarioVerdict,
  Verdict,
} from '../../src/model/verdict.js'
import type { InvariantResult } from '../../src/model/artefact.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const decisions: readonly Decision[] = ['regression', 'inconclusive', 'no_data', 'pass', 'improvement']

/** As many scenarios and metrics as asked for, each of the decisions among them; the last scenarios pass. */
export function crowded(scenarios: number, metrics: number): Verdict {
  return verdict({
    scenarios: Array.from({ length: scenarios }, (_, at) => {
      const passes = at >= scenarios * 0.75
      const all = Array.from({ length: metrics }, (__, n) =>
        metric(`step-${n}@phase p${50 + n}`, passes ? 'pass' : (decisions[n % decisions.length] ?? 'pass'), {
          reason: passes ? 'within_tolerance' : 'undecided_at_cap',
          smallest: 0.21,
        }),
      )
      return scenarioVerdict({
        scenario: `scenario-${at}`,
        ...(passes ? { outcome: 'pass', exit: 0, reason: 'within_tolerance', budgets: [], mix: [] } : {}),
        metrics: all,
        warnings: Array.from({ length: metrics }, (__, n) => `probe ${n} was silent on node ${at}`),
      } as const)
    }),
  })
}

/** What somebody might put into a name or an answer to be more than text. */
export const tricks = [
  `<script>alert(1)</script><img src=x onerror="alert('2')">`,
  `"quotes" 'single' & &amp; &#60;b&#62; ]]> <!-- -->`,
  'a|b `code` **bold** _em_ # heading #12 GH-34 @team/all x@y.example ![i](http://e.example/p.png) [l](javascript:0)',
  'https://evil.example/a www.evil.example http://e.example $x^2$ ~~no~~',
  'line\nbreak\r\n::error::injected\n##[error]injected ::stop-commands::x',
  '\u202eevil\u202c \u2066iso\u2069 zero\u200bwidth\u200d\ufeff \u00adsoft',
  '\u001b[31mred\u001b[0m \u001b]8;;http://e.example\u0007link\u001b]8;;\u0007 \u0000\u0008\u007f\u009b2J',
  'EOF\nvge_perf\nvge_perf_exit 0\n# EOF\n% 100%25 %0A a,b:c=d;e \\ \\n "',
  '\ud800 half \udc00 \uffff \ufffe 日本語のとても長い名前 👩‍👩‍👧 e\u0301',
]
const all = tricks.join(' ')

/** A verdict all of whose words are tricks. */
export function hostile(): Verdict {
  const named = (decision: Decision, at: number): MetricVerdict => ({
    ...metric(tricks[at] ?? all, decision),
    name: tricks[at] ?? all,
    step: all,
    ...(at % 2 === 0 ? {} : { title: tricks[at] ?? all }),
    reason: `${decision}_${all}`,
  })
  const budget = (name: string): BudgetVerdict => ({
    name,
    step: name,
    outcome: name,
    arm: 'candidate',
    limit: 1,
    unit: 'us',
    value: 2,
    decision: 'broken',
    reason: name,
  })
  const invariant = (name: string, status: InvariantResult['status']): InvariantResult => ({
    name,
    id: all,
    title: all,
    group: 0,
    status,
    reason: all,
    offenders: [{ id: all, what: all }],
    count: 3,
  })
  const scenario: ScenarioVerdict = {
    ...scenarioVerdict(),
    scenario: all,
    profile: all,
    headline: all,
    reason: all,
    metrics: tricks.map((_, at) => named(decisions[at % decisions.length] ?? 'pass', at)),
    budgets: tricks.map(budget),
    mix: tricks.map((name) => ({
      step: name,
      outcome: name,
      candidate: 0.5,
      decision: 'wrong',
      reason: name,
    })),
    invariants: [...tricks.map((name) => invariant(name, 'broken')), invariant('waived one', 'not_checked')],
    waived: ['waived one'],
    health: { state: 'degraded', reasons: tricks },
    times: tricks.map((name) => ({
      arm: 'candidate',
      metric: name,
      outcome: name,
      count: 1,
      mean: 1,
      p50: 1,
      p95: 1,
      p99: 1,
      parts: { wait: 1 },
    })),
    errors: tricks.map((name) => ({
      arm: 'candidate',
      step: name,
      class: 'target',
      reason: name,
      count: 1,
      example: name,
    })),
    warnings: tricks,
  }
  return verdict({
    headline: all,
    reason: all,
    next: all,
    repeat: all,
    seed: all,
    tool: all,
    baseline: all,
    folder: `reports/${all}`,
    control: { [all]: all },
    candidate: { commit: all },
    scenarios: [scenario, { ...scenario, scenario: 'alone', mix: [], metrics: [] }],
  })
}
