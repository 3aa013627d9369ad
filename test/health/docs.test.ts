import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules, type Rule } from '../../src/health/rules.js'

const page = readFileSync(new URL('../../docs/generator-health.md', import.meta.url), 'utf8')
const headings = [...page.matchAll(/^### (.*)$/gm)].flatMap(([, names]) => names?.split(', ') ?? [])

const shown = (rule: Rule, limit: number | undefined): string => {
  if (limit === undefined) return '–'
  if (rule.unit === 'time') return `${limit / 1_000} ms`
  return rule.unit === 'share' ? `${limit * 100} %` : String(limit)
}

test('the page explains the rules that there are, no others', () => {
  expect(headings).toEqual(rules.map(({ name }) => name))
})

test.each(rules)('the page gives the limits of $name', (rule) => {
  const cells = [
    `\`${rule.name}\``,
    rule.judged,
    rule.units,
    shown(rule, rule.degraded),
    shown(rule, rule.invalid),
  ]
  expect(page).toContain(`| ${cells.join(' | ')} |`)
})
