import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { doorkeeperOf } from '../../platform/auth.js'
import { userEndpoint } from '../../platform/realtime/user-endpoint.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode
beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node()
})
afterAll(() => platform.stop())

test('a crowd that comes at once by sockets and by requests is looked up in one statement', async () => {
  const { app } = node
  const { buyers } = await makeTenant(app)
  const query = vi.spyOn(app.pg, 'query')
  const [first, second, stranger] = await Promise.all([
    userEndpoint.connect(app, new URLSearchParams({ token: buyers[0]?.token ?? '' }), {}),
    doorkeeperOf(app).user(`Bearer ${buyers[1]?.token}`),
    userEndpoint.connect(app, new URLSearchParams({ token: 'no token' }), {}),
  ])
  expect([first, second, stranger]).toEqual([
    expect.objectContaining({ userId: buyers[0]?.id }),
    expect.objectContaining({ userId: buyers[1]?.id }),
    'refused',
  ])
  expect(query.mock.calls.filter(([text]) => text.includes('FROM sessions'))).toHaveLength(1)
})
