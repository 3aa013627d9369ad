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
