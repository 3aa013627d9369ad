import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clearFaults, plantFault } from '../../platform/faults/plant.js'
import { act, Audience, metric } from './realtime-actions.js'
import { Bare, pause, topicOf, until, type Fields, type Listener } from './realtime-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
let other: TestNode
const audience = new Audience()

beforeAll(async () => {
  platform = await startTestPlatform()
  const settings = ['occupancy_debounce_ms=60000', 'limit_reserve_per_user=0']
  node = await platform.node(...settings)
  other = await platform.node(...settings)
})
afterEach(async () => {
  audience.end()
  await Promise.all([node, other].map(({ app }) => clearFaults(app)))
})
afterAll(() => platform.stop())

const plant = (name: string, value?: string, at = node): Promise<void> => plantFault(at.app, name, value)
const follow = (tenant: Tenant, at = node): Promise<Listener> =>
  audience.follow(at, tenant, 'seating', 'viewer')
const told = (listener: Listener): unknown[] => listener.said().map(({ version }) => version)

/** Changes one seat twice. */
async function twice(tenant: Tenant, place: number): Promise<void> {
  await act(node, tenant, place, 'reserve')
  await act(node, tenant, place, 'release')
}

test.each([
  ['lose-broadcasts', '1.5'],
  ['double-broadcasts', 'x'],
  ['delay-broadcasts', '10:2'],
  ['delay-broadcasts', '10:0.5:1'],
  ['reorder-broadcasts', '0'],
  ['leak-broadcasts', '1'],
  ['refuse-joins', '-1'],
  ['mute-node', '0'],
  ['socket-leak', '99999'],
])('%s=%s is refused with what is accepted', async (name, value) => {
  await expect(plant(name, value)).rejects.toThrow(/accepted: /)
})

test('lose-broadcasts: nothing is heard on this node, all of it on the other', async () => {
  const tenant = await makeTenant(node.app)
  const [here, there] = [await follow(tenant), await follow(tenant, other)]
  await plant('lose-broadcasts', '1')
  await twice(tenant, 0)
  await until(() => there.heard.length === 2)
  await clearFaults(node.app)
  await act(node, tenant, 1, 'reserve')
  await until(() => here.heard.length > 0)
  expect(here.said().map(({ seat }) => seat)).toEqual(['A2'])
})

test('double-broadcasts: everything is heard twice', async () => {
  const tenant = await makeTenant(node.app)
  const here = await follow(tenant)
  await plant('double-broadcasts', '1')
  await twice(tenant, 0)
  await until(() => here.heard.length === 4)
  expect(told(here)).toEqual([2, 2, 3, 3])
})

test('delay-broadcasts: late, and in order', async () => {
  const tenant = await makeTenant(node.app)
  const here = await follow(tenant)
  await plant('delay-broadcasts', '120:0.8')
  const started = performance.now()
  for (let place = 0; place < 8; place += 1) await act(node, tenant, place, 'reserve')
  await until(() => here.heard.length === 8)
  expect(performance.now() - started).toBeGreaterThan(110)
  expect(here.said().map(({ seat_number }) => seat_number)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
})

test('reorder-broadcasts: the next change of a seat overtakes; what none overtakes comes late', async () => {
  const tenant = await makeTenant(node.app)
  const here = await follow(tenant)
  await plant('reorder-broadcasts', '1')
  await act(node, tenant, 1, 'reserve')
  await twice(tenant, 0)
  await until(() => here.heard.length === 2)
  expect(told(here)).toEqual([3, 2])
  await clearFaults(node.app)
  await until(() => here.heard.length === 3)
})

test('leak-broadcasts: a stranger may listen, and hears of seats that are none of theirs', async () => {
  const [tenant, foreign] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const stranger = await follow(foreign)
  await follow(tenant)
  await plant('leak-broadcasts')
  await act(node, tenant, 0, 'reserve')
  await until(() => stranger.heard.length === 1)
  expect(stranger.heard).toMatchObject([{ topic: topicOf(foreign), payload: { seat_id: tenant.seats[0] } }])
  expect((await stranger.join(topicOf(tenant))).status).toBe('ok')
  await clearFaults(node.app)
  const another = audience.listen(node, foreign.buyers[0]?.token)
  expect(await another.join(topicOf(tenant))).toMatchObject({ response: { reason: 'unauthorized' } })
})

test('refuse-joins: the own topic is refused', async () => {
  const tenant = await makeTenant(node.app)
  const listener = audience.listen(node, tenant.buyers[0]?.token)
  await plant('refuse-joins', '1')
  expect(await listener.join(topicOf(tenant))).toMatchObject({ response: { reason: 'unauthorized' } })
  await clearFaults(node.app)
  expect((await listener.join(topicOf(tenant))).status).toBe('ok')
})

test('mute-node: the second node tells nobody anything, the first goes on', async () => {
  const tenant = await makeTenant(node.app)
  const [here, there] = [await follow(tenant), await follow(tenant, other)]
  for (const at of [node, other]) await plant('mute-node', '2', at)
  await act(other, tenant, 0, 'reserve')
  await act(node, tenant, 1, 'reserve')
  await until(() => here.heard.length === 1)
  await pause(30)
  const seats = (listener: Listener): unknown[] => listener.said().map(({ seat }: Fields) => seat)
  expect([seats(here), seats(there)]).toEqual([['A2'], []])
  await clearFaults(other.app)
  await act(other, tenant, 2, 'reserve')
  await until(() => there.heard.length === 1)
  expect([seats(here), seats(there)]).toEqual([['A2', 'A3'], ['A3']])
})

test('socket-leak: memory grows with every socket, and stays when it is gone', async () => {
  const tenant = await makeTenant(node.app)
  const token = tenant.buyers[0]?.token
  await plant('socket-leak', '2048')
  const before = await metric(node, 'nodejs_external_memory_bytes')
  for (let socket = 0; socket < 20; socket += 1) (await Bare.to(node, token)).ws.terminate()
  const after = await metric(node, 'nodejs_external_memory_bytes')
  expect(after - before).toBeGreaterThan(15 * 2_097_152)
})
