import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createNativeEngine } from '../../src/engine/native/index.js'
import { conforms, stopsBeforeItBegan } from './conformance.js'
import { keepAll, oneArm, phase } from './harness.js'
import { alternating, stageOf } from './stage.js'

const engine = createNativeEngine()
const { serve, plan, run, later } = stageOf(engine)

test('the native engine conforms, with one worker and with three', async () => {
  expect.hasAssertions()
  const urls = { control: (await serve()).url, candidate: (await serve()).url }
  for (const workers of [1, 3]) await conforms(engine, plan({ urls, table: alternating(40, 5_000), workers }))
})

test('the native engine stops before it began', async () => {
  expect.hasAssertions()
  const { url } = await serve()
  await stopsBeforeItBegan(
    engine,
    plan({ urls: { control: url, candidate: url }, table: alternating(40, 5_000) }),
  )
})

test('a burst starts all journeys at one instant on connections that are open', async () => {
  const { url } = await serve()
  const phases = [phase({ name: 'calm' }), phase({ name: 'rush', kind: 'burst', count: 300 })]
  const calm = oneArm(20, 5_000)
  const rush = oneArm(300, 0)
  const table = {
    at: [...calm.at, ...rush.at],
    arm: [...calm.arm, ...rush.arm],
    phase: [...calm.phase, ...rush.phase.map(() => 1)],
    n: [...calm.n, ...rush.n],
  }
  const { account, kept } = await run({ urls: { control: url }, table, phases, workers: 2 })
  expect(account.intended).toBe(320)
  expect(account.outcomes.take?.won).toBe(320)
  expect(kept.values('take@rush')).toHaveLength(300)
  expect(kept.values('take@calm')).toHaveLength(20)
  expect(kept.values('take@rush', 'connect')).toEqual([])
  expect(account.connections).toBeGreaterThanOrEqual(300)
  expect(account.drain.rush).toBeGreaterThanOrEqual(Math.max(...kept.values('take@rush')))
  expect(kept.events.filter(({ kind }) => kind === 'phase').map(({ text }) => text)).toEqual(['calm', 'rush'])
})

test('a GET that meets an idle close is sent again, a POST is not', async () => {
  // Answers one request a connection without saying that it will close, and closes at the next.
  const server = createServer((socket) => {
    let answered = false
    socket.on('error', () => {})
    socket.on('data', (data) => {
      if (answered) socket.resetAndDestroy()
      else if (data.toString().startsWith('POST'))
        socket.write('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}')
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"status":"seen"}')
      answered = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { account, reasons } = await run({
    urls: { control: `http://127.0.0.1:${port}` },
    table: oneArm(3, 100_000),
  })
  expect(account.outcomes.look).toEqual({ seen: 2, error: 0 })
  expect(account.outcomes.take).toEqual({ won: 2, conflict: 0, error: 1 })
  expect(reasons).toEqual({ 'target reset': 1 })
})

test('a plan that cannot be carried out is refused in a sentence', async () => {
  const made = plan({ urls: { control: 'http://127.0.0.1:1' }, table: oneArm(1, 0) })
  const settings = { operations: { reserve: { path: '/x' } } }
  await expect(
    engine.run({ ...made, settings }, keepAll().sink, new AbortController().signal),
  ).rejects.toThrow(/operation "reserve"/)
})
