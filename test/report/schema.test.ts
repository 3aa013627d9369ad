import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import { reasons } from '../../src/report/words.js'
import type { Verdict } from '../../src/model/verdict.js'
import { crowded, hostile } from './extremes.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'
import { closed, verdictSchema, type JsonSchema } from './verdict-schema.js'

const root = new URL('../../', import.meta.url)
const schema = verdictSchema()
const check = (of: unknown): ValidateFunction => new Ajv2020({ strictTypes: false }).compile(of as JsonSchema)
const strict = check(closed(schema))
const published = check(schema)
const problems = (text: string, by = strict): unknown => (by(JSON.parse(text)) ? [] : by.errors)

test('docs/verdict.schema.json is what the type says; -u writes it anew', async () => {
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    fileURLToPath(new URL('docs/verdict.schema.json', root)),
  )
})

test('verdicts of every kind satisfy the schema, and have no field beside it', () => {
  const full = verdict({
    next: 'vge-perf gate',
    baseline: 'main',
    scenarios: [
      scenarioVerdict({
        metrics: [
          metric('pay p50', 'no_data', { control: NaN, title: 'paying', sigma: 0.02, smallest: 0.05 }),
        ],
        times: [
          {
            arm: 'candidate',
            metric: 'pay',
            outcome: 'paid',
            count: 3,
            mean: 1,
            p50: 1,
            p95: 2,
            p99: 3,
            share: 0.5,
            parts: { lag: 1, wait: 2 },
          },
        ],
        errors: [
          {
            arm: 'candidate',
            step: 'pay',
            class: 'target',
            reason: 'http_500',
            count: 1,
            example: 'it answered 500',
          },
        ],
      }),
    ],
  })
  for (const one of [verdict(), full, crowded(3, 4), hostile()])
    expect(problems(reporters.json.render(one, []))).toEqual([])
})

test('what is no verdict does not satisfy it', () => {
  const { exit: _, ...without } = verdict()
  const wrong = [
    without,
    verdict({ exit: 5 as Verdict['exit'] }),
    { ...verdict(), formatVersion: 2 },
    verdict({ outcome: 'green' as Verdict['outcome'] }),
    verdict({ scenarios: [{ ...scenarioVerdict(), metrics: 'none' } as never] }),
  ]
  for (const one of wrong) expect(problems(JSON.stringify(one), published)).not.toEqual([])
  const later = { ...verdict(), blessing: 'a field of next year' }
  expect(problems(JSON.stringify(later), published)).toEqual([])
  expect(problems(JSON.stringify(later))).not.toEqual([])
})

test('every reason that the judge gives is said in words', () => {
  const folder = new URL('src/compare/', root)
  // Why no more units were taken has a sentence of its own.
  const files = readdirSync(folder).filter((file) => file !== 'stopped.ts')
  const given = files.flatMap((file) =>
    [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        /reason: (?:\w+ \? )?'([a-z_]+)'(?: : '([a-z_]+)')?/g,
      ),
    ].flatMap(([, one, other]) => [one, other]),
  )
  const words = [...new Set(given)].filter((word) => word !== undefined)
  expect(words.length).toBeGreaterThan(25)
  expect(words.filter((word) => !(word in reasons))).toEqual([])
})
