import { expect, test } from 'vitest'
import { invariants } from '../../contract/invariants/index.js'

test('an id labels one promise; only I5 and I9 have parts', () => {
  const ids = Object.values(invariants).map(({ id }) => id)
  const shared = new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
  expect([...shared].toSorted()).toEqual(['I5', 'I9'])
})

test('I9 names a stranger who was given a seat, or told that it is taken, and no buyer of the tenant itself', () => {
  const dataset = {
    strangers: [{ id: 'stranger' }],
    rivals: [{ id: 'rival' }],
    rivalSeats: [{ id: 'their-seat' }],
  }
  const offenders = (buyer: string, seat: string, outcome: string) =>
    invariants['tenants-are-apart']?.wire?.({
      receipts: [{ kind: 'trespass', fact: { buyer, seat, outcome } }],
      dataset,
      key: () => '',
      figures: {},
      underLoad: false,
    } as never)
  for (const outcome of ['leaked', 'taken']) {
    expect(offenders('stranger', 'our-seat', outcome)).toMatchObject([{ id: 'our-seat' }])
    expect(offenders('buyer', 'their-seat', outcome)).toMatchObject([{ id: 'their-seat' }])
    expect(offenders('rival', 'their-seat', outcome)).toEqual([])
    expect(offenders('buyer', 'our-seat', outcome)).toEqual([])
  }
  expect(offenders('stranger', 'our-seat', 'denied')).toEqual([])
})
