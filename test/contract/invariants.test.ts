import { expect, test } from 'vitest'
import { invariants } from '../../contract/invariants/index.js'

test('an id labels one promise; only I5 and I9 have parts', () => {
  const ids = Object.values(invariants).map(({ id }) => id)
  const shared = new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
  expect([...shared].toSorted()).toEqual(['I5', 'I9'])
})
