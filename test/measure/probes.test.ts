import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { probeFacts } from '../../src/measure/probes.js'

test('a run records all that a probe says of itself, and nothing that cannot be written down', () => {
  const facts = {
    title: 'lookups',
    unit: 'count',
    better: 'higher',
    atLeast: 1,
    atMost: 9,
    during: 'surge',
    tolerance: { ignore: 0.05, reject: 0.25 },
  } as const
  expect(probeFacts({ ...contract, probes: { lookups: { ...facts, of: () => 1 } } })).toEqual({
    lookups: facts,
  })
})
