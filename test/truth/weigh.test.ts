import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import type { Contract, Invariant, Stores } from '../../src/model/contract.js'
import { ms } from '../../src/model/time.js'
import { settle, weigh } from '../../src/truth/index.js'

const refuse = async (): Promise<never> => {
  throw new Error('the connection is gone')
}
const stores: Stores = {
  sql: { query: refuse, copy: refuse },
  redis: { call: refuse, buffer: refuse, pipeline: refuse, scan: refuse },
}
const invariant = (part: Partial<Invariant>): Invariant => ({
  id: 'I0',
  title: 'Something holds',
  needs: ['sql'],
  ...part,
})
const one = async (given: Invariant, options: { stores?: Stores; underLoad?: boolean } = {}) => {
  const [result] = await weigh({
    contract: { ...contract, invariants: { it: given } },
    names: ['it'],
    stores: options.stores ?? stores,
    receipts: [],
    dataset: {},
    group: 0,
    bound: ms(50 + (options.underLoad === true ? 1_000 : 0)),
    underLoad: options.underLoad ?? false,
  })
  return result
}
const nothing = async () => []
const offender = { id: 'seat 1', what: 'is wrong' }

test('without its stores an invariant is not checked, with the reason; unless the wire breaks it', async () => {
  expect(await one(invariant({ store: nothing }), { stores: {} })).toMatchObject({
    status: 'not_checked',
    reason: 'needs Postgres, which this target does not name',
  })
  expect(await one(invariant({ store: nothing, wire: () => [offender] }), { stores: {} })).toMatchObject({
    status: 'broken',
    offenders: [offender],
    count: 1,
  })
  expect(await one(invariant({ wire: () => [] }), { stores: {} })).toMatchObject({
    status: 'held',
  })
})

test('receipts that cannot tell leave it not checked, unless something breaks it', async () => {
  const blind = (): string => 'nobody listened'
  expect(await one(invariant({ store: nothing, blind }))).toMatchObject({
    status: 'not_checked',
    reason: 'nobody listened',
  })
  expect(await one(invariant({ wire: () => [offender], blind }))).toMatchObject({ status: 'broken' })
  expect(await one(invariant({ store: nothing, blind: () => undefined }))).toMatchObject({ status: 'held' })
})

test('what held says on how much it was weighed, where that can be counted', async () => {
  const about = (count: () => number | Promise<number>): Invariant =>
    invariant({ store: nothing, about: { what: 'holds', count } })
  expect(await one(about(() => 7))).toMatchObject({ status: 'held', looked: { what: 'holds', count: 7 } })
  expect(await one(about(async () => 0))).toMatchObject({ status: 'held', looked: { count: 0 } })
  expect(await one(about(refuse))).not.toHaveProperty('looked')
  expect(await one(about(() => new Promise(() => {})))).not.toHaveProperty('looked')
  expect(await one({ ...about(() => 7), wire: () => [offender] })).not.toHaveProperty('looked')
})

test('stores that hang or fail leave it not checked', async () => {
  expect(await one(invariant({ store: async () => sleep(5_000, []) }))).toMatchObject({
    status: 'not_checked',
    reason: 'the stores did not answer within 0.05 s',
  })
  expect(await one(invariant({ store: (tools) => tools.sql.query('SELECT 1') }))).toMatchObject({
    status: 'not_checked',
    reason: 'the stores could not be read: the connection is gone',
  })
})

test('a long list is cut and counted', async () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ id: String(index), what: 'is wrong' }))
  const result = await one(invariant({ store: async () => many }))
  expect(result).toMatchObject({ status: 'broken', count: 50 })
  expect(result?.offenders).toHaveLength(20)
})

test('under load only what is still wrong at a second look counts', async () => {
  let looks = 0
  const passing = invariant({
    store: async () => (looks++ === 0 ? [offender, { id: 'seat 2', what: 'in flight' }] : [offender]),
  })
  expect(await one(passing, { underLoad: true })).toMatchObject({
    count: 1,
    offenders: [offender],
  })
})

test('an unknown name is refused in a sentence', async () => {
  await expect(
    weigh({ contract, names: ['no-such'], stores, receipts: [], dataset: {}, group: 0 }),
  ).rejects.toThrow('The contract has no invariant "no-such".')
})

const moving = (times: number): Contract => {
  let left = times
  return {
    ...contract,
    data: {
      ...contract.data,
      quiet: async () => (left-- > 0 ? `${left} holds wait` : undefined),
    },
  }
}
const wait = (given: Contract) =>
  settle({ contract: given, stores, dataset: {}, receipts: [], bound: ms(350) })

test('settling waits until nothing moves, at most its bound', async () => {
  expect(await wait(moving(2))).toEqual({ quiet: true })
  expect(await wait(moving(1_000))).toMatchObject({
    quiet: false,
    moving: expect.stringContaining('holds wait'),
  })
  // A store that hangs is not waited for beyond it.
  const hanging = { ...contract, data: { ...contract.data, quiet: () => new Promise<undefined>(() => {}) } }
  expect(await wait(hanging)).toMatchObject({
    quiet: false,
    moving: expect.stringContaining('did not answer'),
  })
  expect(await settle({ contract, stores: {}, dataset: {}, receipts: [], bound: ms(1) })).toMatchObject({
    quiet: false,
  })
})
