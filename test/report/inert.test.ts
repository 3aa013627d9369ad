import { parse } from 'node-html-parser'
import { expect, test } from 'vitest'
import { annotations, reporters, stepOutputs, terminal } from '../../src/report/index.js'
import { plain } from '../../src/report/plain.js'
import { crowded, hostile, tricks } from './extremes.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

// Controls but the line feed, direction marks, zero widths.
const unseen = /(?!\n)\p{Cc}|[\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/u

const size = (line: string): number =>
  Array.from(line).reduce(
    (sum, one) =>
      sum + (/\p{M}/u.test(one) ? 0 : /[\u3000-\u9fff]|\p{Emoji_Presentation}/u.test(one) ? 2 : 1),
    0,
  )

test('no reporter lets through what steers, hides, or turns text around', () => {
  const one = hostile()
  const written = {
    ...Object.fromEntries(
      Object.entries(reporters)
        .filter(([name]) => name !== 'json')
        .map(([name, reporter]) => [name, reporter.render(one, [])]),
    ),
    terminal: terminal(one, { columns: 80, colour: false }),
    github: annotations(one).join('\n'),
    outputs: stepOutputs({ headline: one.headline }, 'drawn'),
  }
  expect(Object.keys(written)).toHaveLength(7)
  for (const [name, text] of Object.entries(written))
    expect([name, unseen.exec(text)?.index]).toEqual([name, undefined])
  // JSON has letters for all of them.
  expect(JSON.parse(reporters.json.render(one, []))).toEqual(one)
  expect(plain(tricks.join(' '))).not.toMatch(unseen)
})

test('HTML: no element, attribute or script but our own', () => {
  const page = reporters.html.render(hostile(), [])
  const document = parse(page)
  // The page's own script, and data that no browser runs.
  const scripts = document.querySelectorAll('script')
  expect(scripts.filter((one) => one.getAttribute('type') !== 'application/json')).toHaveLength(1)
  expect(document.querySelectorAll('img, iframe, a[href^="javascript"]')).toHaveLength(0)
  expect(
    document
      .querySelectorAll('*')
      .filter((one) => Object.keys(one.attributes).some((key) => key.startsWith('on'))),
  ).toEqual([])
  expect(page).toContain('&lt;script&gt;')
})

test('Markdown: no markup, link, mention or reference of theirs', () => {
  const lines = reporters.markdown.render(hostile(), []).split('\n')
  // Spans of code are inert by themselves.
  const text = lines.filter((line) => !/^(?:Again|Shortened)/.test(line)).join('\n')
  expect(text).not.toMatch(/<(?!\/?$)/)
  expect(text).not.toMatch(/(?<!\\)[`*_[\]~$]/)
  expect(text).not.toMatch(/@\w|#\d|GH-\d|https?:\/\/|www\./)
  const cells = lines
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll('\\|', '').split('|').length)
  expect(cells.length).toBeGreaterThan(tricks.length)
  expect(new Set(cells).size).toBeLessThanOrEqual(2)
  for (const line of lines.filter((one) => one.startsWith('Again'))) expect(line).toMatch(/^\w+: (`+) .* \1$/)
})

test('terminal: no line is over its columns, whatever the names and figures are', () => {
  const wild = verdict({
    ...hostile(),
    scenarios: [
      ...hostile().scenarios,
      scenarioVerdict({
        scenario: '界'.repeat(200),
        metrics: [
          metric(`${'名'.repeat(90)} p50`, 'regression', {
            unit: 'count',
            control: 1e300,
            candidate: 123_456_789_012_345,
            change: { mean: 4, low: -1e30, high: 1e30 },
          }),
        ],
        times: [
          {
            arm: 'candidate',
            metric: '👩'.repeat(60),
            outcome: 'won',
            count: 1e14,
            mean: 1,
            p50: 9e15,
            p95: 9e15,
            p99: 9e15,
            parts: {},
          },
        ],
      }),
    ],
    folder: 'reports/x',
    repeat: `vge-perf gate ${'--scenario seat-selection '.repeat(9)}--waive 'two words' --seed 81f3`,
    next: `vge-perf gate ${'--scenario seat-selection '.repeat(9)}--minutes 15 (more units, not another try; gate.maxUnits is their cap)`,
  })
  for (const one of [
    wild,
    { ...wild, scenarios: wild.scenarios.map((each) => ({ ...each, metrics: [], mix: [] })) },
    crowded(9, 12),
  ])
    for (const columns of [60, 80, 100, 120]) {
      const lines = terminal(one, { columns, colour: false }).split('\n')
      expect(lines.filter((line) => size(line) > columns)).toEqual([])
    }
  const text = terminal(wild, { columns: 80, colour: false })
  // A shell that is given the broken lines reads the one command.
  const again = /Again: {2}(.*?)\n {2}Exit/s.exec(text)?.[1]?.replaceAll(/ \\\n\s*/g, ' ')
  expect(again).toBe(wild.repeat)
  expect(text).toMatch(/--minutes 15\n\s+\(more units/)
})
