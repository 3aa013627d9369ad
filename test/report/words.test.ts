import { expect, test } from 'vitest'
import { reporters, terminal } from '../../src/report/index.js'
import type { Decision, Outcome } from '../../src/model/verdict.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const decisions: Record<Decision, string> = {
  pass: '✓ pass',
  regression: '✗ regression',
  improvement: '✓ improvement',
  inconclusive: '? inconclusive',
  no_data: '? no data',
}
const reasons = {
  beyond_reject: 'worse by more than what is accepted',
  within_tolerance: 'within the tolerance',
  too_few_samples: 'too few samples to judge it',
  no_samples: 'not one sample was recorded',
  undecided_at_cap: 'still undecided when no more units came',
  a_reason_of_next_year: 'a reason of next year',
}

test('every decision of a metric is a sign and a word in every reporter for people', () => {
  for (const [decision, word] of Object.entries(decisions)) {
    const one = verdict({
      scenarios: [
        scenarioVerdict({
          metrics: [metric('pay p50', decision as Decision)],
          budgets: [],
          mix: [],
        }),
      ],
    })
    expect(terminal(one, { columns: 80, colour: false })).toMatch(
      new RegExp(`pay p50.*${word.replace('?', '\\?')}`),
    )
    expect(reporters.html.render(one, [])).toContain(`<td class="w">${word}</td>`)
    expect(reporters.markdown.render(one, [])).toMatch(
      new RegExp(`\\| pay p50 .*\\| ${word.replace('?', '\\?')} \\|`),
    )
  }
})

test('every reason is said in words, also one that this version does not know', () => {
  for (const [reason, words] of Object.entries(reasons)) {
    const one = verdict({
      scenarios: [scenarioVerdict({ metrics: [metric('pay p50', 'inconclusive', { reason })] })],
    })
    expect(terminal(one, { columns: 120, colour: false })).toContain(words)
    expect(reporters.html.render(one, [])).toContain(words)
    expect(terminal(one, { columns: 120, colour: false })).not.toContain(reason)
  }
})

test('every outcome opens the screen with its word', () => {
  const outcomes: Outcome[] = [
    'pass',
    'improvement',
    'regression',
    'broken',
    'over_budget',
    'inconclusive',
    'invalid',
    'wrong_mix',
    'failed',
    'interrupted',
  ]
  for (const outcome of outcomes) {
    const text = terminal(verdict({ outcome, headline: 'what happened' }), {
      columns: 80,
      colour: false,
    })
    expect(text.split('\n')[0]).toBe(`${outcome.toUpperCase().replaceAll('_', ' ')}  what happened`)
  }
})
