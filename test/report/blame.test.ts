import { expect, test } from 'vitest'
import type { Blame } from '../../src/model/blame.js'
import { reporters, terminal } from '../../src/report/index.js'
import { legendOf } from '../../src/report/words.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const part = { control: 8_000, candidate: 11_000, added: 3_000, share: 0.94, sure: true }
const blame: Blame = {
  latencies: [
    {
      metric: 'reserve',
      outcome: 'won',
      units: 9,
      control: 9_000,
      candidate: 12_200,
      added: 3_200,
      told: 'told',
      parts: [
        { of: 'wait', ...part },
        { of: 'lag', control: 900, candidate: 1_100, added: 200, share: 0.06, sure: false },
      ],
      seconds: {
        spread: 'few',
        seconds: 30,
        slower: 20,
        few: [{ unit: 4, second: 2, share: 0.8, events: ['phase <rush>'] }],
      },
    },
  ],
  steps: [{ of: 'pay', ...part }],
  outcomes: [{ step: 'reserve', outcome: 'rate_limited', control: 0, candidate: 0.03, more: 120 }],
  probes: {
    told: 'told',
    asked: 12,
    moved: [
      {
        name: 'script',
        title: 'a Redis script, ms',
        unit: 'count',
        control: 0.4,
        candidate: 3.1,
        times: 24.2,
      },
    ],
  },
  sentences: ['of the 3.2 ms, 94 % is waiting for the server', 'what moved with it: a Redis script'],
}
const plain = ['all of rush have their answer after 51 s instead of 38 s']
const shown = verdict({ scenarios: [scenarioVerdict({ blame, plain })] })

test('the screen says under the table what it means and where it went, within its columns', () => {
  const text = terminal(shown, { columns: 80, colour: false })
  const one = text.replaceAll(/\n +/g, ' ')
  expect(one).toContain('In plain words: All of rush have their answer after 51 s instead of 38 s.')
  expect(one).toContain(
    'Where it went: Of the 3.2 ms, 94 % is waiting for the server. What moved with it: a Redis script.',
  )
  expect(text.indexOf('reserve p50')).toBeLessThan(text.indexOf('In plain words'))
  expect(Math.max(...text.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80)
  const without = terminal(verdict(), { columns: 80, colour: false })
  expect(without).not.toMatch(/In plain words|Where it went/)
})

test('the page has the parts, the seconds, the steps and what moved; what a name holds is inert', () => {
  const page = reporters.html.render(shown, [])
  expect(page).toContain('<li>All of rush have their answer after 51 s instead of 38 s.</li>')
  expect(page).toMatch(
    /<th scope="row">wait<\/th><td class="n">8\.0 ms<\/td><td class="n">11\.0 ms<\/td><td class="n">3\.0 ms<\/td><td class="n">94\.0 %<\/td><td class="w">yes/,
  )
  expect(page).toMatch(/<th scope="row">lag<\/th>.*<td class="w">no<\/td>/)
  expect(page).toMatch(
    /<th scope="row" class="n">4<\/th><td class="n">3<\/td><td class="n">80\.0 %<\/td><td>phase &lt;rush&gt;/,
  )
  expect(page).toContain('<th scope="row">pay</th>')
  expect(page).toMatch(/reserve ends as rate_limited<\/th><td class="n">0 %<\/td><td class="n">3\.0 %/)
  expect(page).toMatch(
    /a Redis script, ms<\/th><td class="n">0\.40<\/td><td class="n">3\.10<\/td><td class="n">24 times/,
  )
  expect(reporters.html.render(verdict(), [])).not.toContain('Where the added time went')
})

test('a comment on a pull request and the JSON have it, too', () => {
  const text = reporters.markdown.render(shown, [])
  expect(text).toContain('- In plain words: All of rush')
  expect(text).toContain('- Where it went: Of the 3.2 ms')
  expect(JSON.parse(reporters.json.render(shown, []))).toMatchObject({ scenarios: [{}] })
  expect(reporters.json.render(shown, [])).toContain('"of": "wait"')
})

test('no report uses a word of statistics without its plain meaning', () => {
  const p99 = metric('reserve p99', 'inconclusive', { role: 'diagnostic', reason: 'diagnostic' })
  const tail = metric('reserve p75–p95', 'regression', { reason: 'beyond_ignore' })
  const one = verdict({ scenarios: [scenarioVerdict({ metrics: [p99, tail] })] })
  const texts = [
    terminal(one, { columns: 80, colour: false }),
    reporters.html.render(one, []),
    reporters.markdown.render(one, []),
  ].map((text) => text.replaceAll(/\s+/g, ' '))
  for (const text of texts) {
    expect(text).toContain('p99: one in a hundred took longer')
    expect(text).toContain('p75–p95: mean of the slowest quarter')
    expect(text).toContain('±: how far chance alone may move the change')
    expect(text).not.toMatch(/σ|log ratio|quantile|confidence|standard deviation/i)
  }
  expect(legendOf('reserve p75–p95')).not.toMatch(/one in twenty/)
  expect(legendOf('nothing of the kind')).toBe('')
})

test('what is undecided says why no more was measured and what would settle it', () => {
  const open = (noise: 'starts' | 'units', units?: number) =>
    terminal(
      verdict({
        scenarios: [
          scenarioVerdict({
            metrics: [
              metric('reserve p50', 'inconclusive', {
                reason: 'undecided_at_cap',
                sigma: 0.06,
                smallest: 0.2,
                stopped: { reason: 'time_spent', sentence: 'the time of the gate was spent' },
                settling: { noise, ...(units === undefined ? {} : { units }) },
              }),
            ],
          }),
        ],
      }),
      { columns: 120, colour: false },
    ).replaceAll(/\n +/g, ' ')
  expect(open('units', 12)).toContain('a change below 20 % could not be told from none')
  expect(open('units', 12)).toContain('the time of the gate was spent')
  expect(open('units', 12)).toContain(
    'about 12 more units would settle it, since its units differ by about 6 %',
  )
  expect(open('starts', 1)).toContain('about 1 more unit would settle it, since fresh starts differ more')
  expect(open('starts')).toContain('no number of units that anybody would wait for would settle it')
})
