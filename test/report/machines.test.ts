import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

test('json is the verdict itself; figures that are no numbers are left out rather than null', () => {
  expect(JSON.parse(reporters.json.render(verdict(), []))).toEqual(verdict())
  const odd = verdict({
    scenarios: [
      scenarioVerdict({
        metrics: [metric('pay p50', 'no_data', { control: NaN, sigma: Infinity })],
      }),
    ],
  })
  const text = reporters.json.render(odd, [])
  expect(text).not.toContain('null')
  expect(text).not.toContain('"sigma"')
})

test('markdown begins with the answer and keeps its table whole, whatever a name holds', () => {
  const one = verdict({
    scenarios: [scenarioVerdict({ metrics: [metric('a|b\n# *c* @team p50', 'pass')], budgets: [], mix: [] })],
  })
  const text = reporters.markdown.render(one, [])
  expect(text).toMatch(/^### REGRESSION {2}reserve is slower/)
  const table = text.split('\n').filter((line) => line.startsWith('|'))
  expect(table.map((line) => line.replaceAll('\\|', '').split('|').length)).toEqual([8, 8, 8])
  expect(text).not.toContain('@team')
})

test('the worst decision comes first, whatever its change; diagnostics come last', () => {
  const wide = { change: { mean: 0.5, low: -0.2, high: 1.2 } }
  const metrics = [
    metric('d p50', 'pass', wide),
    metric('e p99', 'regression', { ...wide, role: 'diagnostic' }),
    metric('c p50', 'inconclusive', wide),
    metric('b p50', 'regression'),
    metric('a p50', 'regression', wide),
  ]
  const text = reporters.markdown.render(
    verdict({ scenarios: [scenarioVerdict({ metrics, budgets: [], mix: [] })] }),
    [],
  )
  expect([...text.matchAll(/^\| (\w) p/gm)].map((row) => row[1])).toEqual(['a', 'b', 'c', 'd', 'e'])
})
