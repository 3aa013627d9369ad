import { expect, test, vi } from 'vitest'
import { createNativeEngine } from '../../src/engine/native/index.js'
import { seconds } from '../../src/model/time.js'
import { liveRunOf } from './live-stage.js'
import { phoenixTarget } from './phoenix-target.js'
import { stageOf } from './stage.js'

const native = stageOf(createNativeEngine())
const run = liveRunOf(native)

test('frames that nobody can read are counted, and the page lives on', async () => {
  const { reasons, account } = await run('not-json')
  expect(reasons).toEqual(['look target broken'])
  expect(account.outcomes.pick).toMatchObject({ won: 1 })
})

test('what watchers hear is timed from the commit, and counted in the unit in which it came', async () => {
  const { kept, account } = await run('good', {
    count: 2,
    audience: { id: 'timed', stage: 'gather' },
    timeout: seconds(1),
  })
  expect(account.outcomes.watch).toMatchObject({ joined: 2 })
  const heard = account.outcomes.heard?.heard ?? 0
  expect(kept.values('heard').length).toBe(heard)
  await run('good', { audience: { id: 'timed', stage: 'dismiss' } })
})

test('what the contract throws over a frame is the generator’s error, and the worker lives on', async () => {
  const target = await phoenixTarget()
  native.later(target.kill)
  const { url } = target
  await run('throws', { url, audience: { id: 'throws', stage: 'gather' } })
  await new Promise((resolve) => setTimeout(resolve, 600))
  const { kept } = await run('throws', { url, audience: { id: 'throws', stage: 'dismiss' } })
  expect(kept.receipts.map(({ receipt }) => receipt.fact)).toMatchObject([
    { seen: { A1: [2, 4, 2, 0, 1, 0] }, lost: false, frames: 3 },
  ])
})

test('topics of one address share a socket; when it is lost, all of them are errors of each unit that misses them', async () => {
  const target = await phoenixTarget()
  native.later(target.kill)
  const { url } = target
  await run('drops', { url, audience: { id: 'lost', stage: 'gather' } })
  expect([target.seen.joins.length, target.seen.cookies.length]).toEqual([2, 1])
  await new Promise((resolve) => setTimeout(resolve, 600))
  for (const unit of ['first', 'second']) {
    const stayed = await run('good', { url, audience: { id: 'lost', stage: 'stay' } })
    expect([unit, ...stayed.reasons]).toEqual([unit, 'watch target disconnected'])
  }
  const { kept } = await run('good', { url, audience: { id: 'lost', stage: 'dismiss' } })
  expect(kept.receipts.map(({ receipt }) => receipt.fact)).toMatchObject([{ lost: true }, { lost: true }])
})

test('watchers that died with their worker between two units are missed: the next unit is refused', async () => {
  const target = await phoenixTarget()
  native.later(target.kill)
  const { url } = target
  const { kept } = await run('good', { url, audience: { id: 'dead', stage: 'gather' } })
  const pid = Number(kept.receipts.find(({ receipt }) => receipt.kind === 'process')?.receipt.fact.pid)
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 8_000 })
  for (const stage of ['stay', 'dismiss'] as const)
    await expect(run('good', { url, audience: { id: 'dead', stage } })).rejects.toMatchObject({
      message: expect.stringContaining('its watchers with it'),
      exit: 4,
      reason: 'engine_failed',
    })
  // Whoever gathers anew goes on.
  await run('good', { url, audience: { id: 'dead', stage: 'gather' } })
  await run('good', { url, audience: { id: 'dead', stage: 'dismiss' } })
})

test('a watcher that is refused, and one that never comes in, are told apart, and neither is forgotten', async () => {
  const counted: Record<string, unknown> = {}
  for (const word of ['good', 'refused', 'absent']) {
    const target = await phoenixTarget()
    native.later(target.kill)
    const { url } = target
    const id = `missing ${word}`
    await run(word, { url, count: 2, timeout: 2_000, audience: { id, stage: 'gather' } })
    const { account, reasons } = await run('good', { url, audience: { id, stage: 'stay' } })
    counted[word] = [account.audience, reasons]
    await run('good', { url, audience: { id, stage: 'dismiss' } })
  }
  expect(counted).toEqual({
    good: [{ members: 2, lost: 0, absent: 0 }, []],
    // The scenario declares this refusal, so that it is an answer, and nobody is missed.
    refused: [{ members: 2, lost: 0, absent: 0 }, []],
    absent: [{ members: 2, lost: 0, absent: 2 }, []],
  })
})

test('a receipt that is no JSON and an instant that is none are mistakes of the journey, told as such', async () => {
  for (const [word, message] of [
    ['bad-receipt', 'Receipt "note" holds a bigint (1), which is no JSON.'],
    ['bad-instant', 'observe("heard") is told an instant of NaN'],
  ] as const) {
    const { account } = await run(word)
    expect(account.errors).toMatchObject([{ class: 'generator', reason: 'journey_threw', step: 'whole' }])
    expect(account.errors[0]?.example).toContain(message)
  }
})
