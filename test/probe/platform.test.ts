import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { requestTools } from '../../src/binding/request-tools.js'
import { ArmProbes } from '../../src/probe/arm-probes.js'
import { post } from '../platform/client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from '../platform/stores.js'
import { makeTenant, type Tenant } from '../platform/tenant.js'

let platform: TestPlatform
let nodes: readonly TestNode[]
let tenant: Tenant

beforeAll(async () => {
  platform = await startTestPlatform()
  // No sweep is to add statements of its own.
  const quiet = ['sweep_interval_ms=600000', 'limit_reserve_per_user=0'] as const
  nodes = await Promise.all([platform.node(...quiet), platform.node(...quiet)])
  const [first] = nodes
  if (first === undefined) throw new Error('no node')
  tenant = await makeTenant(first.app, { seats: 20, buyers: 8 })
})
afterAll(() => platform.stop())

const act = async (verb: string, seat: number, buyer: number, at: number): Promise<number> => {
  const url = `${nodes[at]?.url}/api/events/${tenant.event}/seats/${tenant.seats[seat]}/${verb}`
  return (await post(url, tenant.buyers[buyer]?.token)).status
}

/** What the probes of both nodes together say of some work. */
async function probed(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const { signal } = new AbortController()
  const probes = new ArmProbes(
    contract,
    nodes.map(({ url }) => url),
    {},
    requestTools({}, contract.figures),
  )
  await probes.begin(signal)
  await work()
  const found = await probes.end(signal)
  expect(probes.silent).toBeUndefined()
  return Object.fromEntries(found.map(({ name, value }) => [name, value]))
}

test('who waits for another’s statement has waited for Postgres, too', async () => {
  // Strangers all: one load of the event and one batch of sessions serve them.
  const found = await probed(async () => {
    expect(await Promise.all([0, 1, 2].map((buyer) => act('reserve', 0, buyer, 0)))).toContain(201)
  })
  expect(found['without-database']).toBe(0)
})

test('the probes count on both nodes what a refusal and a win cost', async () => {
  for (const buyer of [0, 1, 2, 3]) await act('reserve', 0, buyer, 0)
  for (const buyer of [0, 1, 2, 3]) await act('reserve', 0, buyer, 1)
  const refused = await probed(async () => {
    const tries = [0, 1].flatMap((at) => [1, 2, 3].map((buyer) => act('reserve', 0, buyer, at)))
    expect((await Promise.all(tries)).filter((status) => status === 409).length).toBeGreaterThanOrEqual(4)
  })
  // The holder's own repeat asks Postgres; five or six of the others do not.
  expect(refused['without-database']).toBeGreaterThan(0.6)
  const won = await probed(async () => {
    expect(await act('reserve', 1, 1, 0)).toBe(201)
    expect(await act('reserve', 2, 1, 1)).toBe(201)
    expect(await act('release', 2, 1, 1)).toBe(200)
    expect(await act('reserve', 1, 2, 0)).toBe(409)
  })
  expect(won).toMatchObject({ 'without-database': 0.25, 'seat-broadcasts': 1 })
  expect(won['sql-statements']).toBeGreaterThanOrEqual(1)
  expect(won['redis-commands']).toBeGreaterThan(0)
  expect(won['ets-hits']).toBeGreaterThan(0.5)
  for (const name of ['sql-time', 'redis-time', 'redis-script-time', 'cpu-time', 'event-loop'])
    expect(won[name], name).toBeGreaterThan(0)
  expect(won['collection-time']).toBeGreaterThanOrEqual(0)
  expect(won['resident-memory']).toBeGreaterThan(20)
})

test('a node that stops broadcasting shows, and one that was never asked anything has no shares', async () => {
  const [first] = nodes
  if (first === undefined) throw new Error('no node')
  const { seams } = first.app
  const { outgoing } = seams
  seams.outgoing = (event) => (event.event === 'seat_held' ? undefined : outgoing(event))
  const mute = await probed(async () => {
    expect(await act('reserve', 5, 4, 0)).toBe(201)
    expect(await act('reserve', 6, 4, 1)).toBe(201)
  })
  seams.outgoing = outgoing
  expect(mute['seat-broadcasts']).toBe(0.5)
  const idle = await probed(() => Promise.resolve())
  expect(idle['without-database']).toBeUndefined()
  expect(idle['seat-broadcasts']).toBeUndefined()
  expect(idle['resident-memory']).toBeGreaterThan(20)
})
