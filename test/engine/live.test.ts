import { afterAll, expect, test, vi } from 'vitest'
import { createNativeEngine } from '../../src/engine/native/index.js'
import type { PlanAudience } from '../../src/model/plan.js'
import { ms, seconds } from '../../src/model/time.js'
import { identities, keepAll, makePlan, oneArm, phase } from './harness.js'
import { phoenixTarget } from './phoenix-target.js'

const engine = createNativeEngine()
const cleanups: (() => void)[] = []
afterAll(async () => {
  await engine.close()
  for (const cleanup of cleanups) cleanup()
})

const contract = `export default {
  name: 'live', keys: {}, figures: {},
  operations: {
    page: { kind: 'view', path: '/page/{word}', socket: '/live', landmark: 'Seat map', tells: () => undefined },
    topic: { kind: 'channel', socket: '/socket', auth: 'as', params: () => ({ token: 'secret' }), topic: 'topic:{word}',
      tells: (event, { seat, version, at }) => {
        if (version === 3 && globalThis.throwing) throw new Error('the contract fell over')
        return { subject: seat, version, committedAt: at }
      },
      inspect: (event, payload, size) => (size > 1024 ? 'oversized' : undefined) },
  },
}`

const scenarioOf = (word: string): string => `export default {
  name: 'live', steps: {
    look: { operation: 'page', answers: { shown: 'shown' } },
    pick: { answers: { mine: 'won' } },
    watch: { operation: 'topic', answers: { joined: 'joined', unauthorized: 'denied' } },
    heard: { answers: { told: 'heard' } },
  },
  row: ({ n, phase }) => ({ word: '${word}', n, phase }),
  journey: async (vu, { word }) => {
    const { page, outcome } = await vu.liveview('look', { word })
    if (page === undefined) return outcome
    const shown = word === 'answers-late' ? '#seat-A1.available' : '#mine-A1'
    const picked = await page.click('pick', '#seat-A1', { mine: shown })
    if (word === 'bad-receipt') vu.receipt('note', { x: 1n })
    if (word === 'bad-instant') vu.observe('heard', 'told', Number('never'))
    if (picked.outcome === 'won') vu.receipt('picked', { shown: page.find('#seat-A1').attributes.class, html: page.html() })
    return picked.outcome
  },
  audience: async (vu, { word }) => {
    vu.receipt('process', { pid: process.pid })
    globalThis.throwing = word === 'throws'
    if (word === 'absent') await new Promise(() => {})
    const words = word === 'drops' ? [word, 'good'] : [word]
    const joined = await Promise.all(words.map((one) => vu.socket('watch', { word: one, as: 'a token' }, { heard: 'heard' })))
    return joined[0].outcome
  },
}`

const run = async (
  word: string,
  options: { timeout?: number; audience?: PlanAudience; url?: string; count?: number } = {},
) => {
  let url = options.url
  if (url === undefined) {
    const target = await phoenixTarget()
    cleanups.push(target.kill)
    url = target.url
  }
  const gathering = options.audience?.stage === 'gather'
  const { plan, remove } = makePlan({
    urls: { control: url },
    table: oneArm(options.audience?.stage === 'dismiss' ? 0 : (options.count ?? 1), 1_000),
    phases:
      options.audience?.stage === 'dismiss'
        ? []
        : [phase({ name: gathering ? 'audience' : 'main', duration: ms(200) })],
    timeout: ms(options.timeout ?? 5_000),
    scenario: scenarioOf(word),
    contract,
  })
  cleanups.push(remove)
  const kept = keepAll()
  const accounting = await engine.run(
    options.audience === undefined ? plan : { ...plan, audience: options.audience },
    kept.sink,
    new AbortController().signal,
  )
  const account = accounting.arms.control
  expect(identities(account)).toEqual([])
  if (account === undefined) throw new Error('no accounting of the control')
  return {
    kept,
    account,
    reasons: account.errors.map((error) => `${error.step} ${error.class} ${error.reason}`),
  }
}

test('a page is opened, an element is clicked, and the step ends when the page shows what came of it', async () => {
  const { kept, account, reasons } = await run('good')
  expect(reasons).toEqual([])
  expect(account.outcomes).toMatchObject({ look: { shown: 1 }, pick: { won: 1 } })
  expect(kept.receipts.map(({ receipt }) => receipt.fact)).toEqual([
    {
      shown: 'seat held',
      html: expect.stringContaining('<ul id="mine"><li id="mine-A1"></li></ul>') as string,
    },
  ])
  expect(account.frames).toMatchObject({ look: { count: 1 } })
  for (const step of ['look', 'pick']) {
    const [total = 0] = kept.values(step)
    const split = ['lag', 'send', 'connect', 'page', 'upgrade', 'join', 'reply', 'effect'].map(
      (part) => kept.values(step, part)[0] ?? 0,
    )
    expect(split.reduce((sum, part) => sum + part, 0)).toBe(total)
  }
  expect(kept.values('look', 'join').length).toBe(1)
  expect(kept.values('pick', 'reply').length).toBe(1)
})

test('what the page shows already is no effect of an event before the server has answered it', async () => {
  const { kept, account } = await run('answers-late')
  expect(account.outcomes.pick).toMatchObject({ won: 1 })
  expect(kept.values('pick')[0]).toBeGreaterThan(75_000)
})

test('each way in which a page can be wrong has a name of its own, and breaks no more than its step', async () => {
  const found: Record<string, readonly string[]> = {}
  const words = [
    'no-csrf',
    'no-view',
    'login',
    'redirect',
    'broken',
    'forbidden',
    'stale',
    'crash',
    'closes',
    'large',
    'cut',
    'leaves',
  ]
  for (const word of words) found[word] = (await run(word)).reasons
  expect(found).toEqual({
    'no-csrf': ['look target undeclared_no_csrf'],
    'no-view': ['look target undeclared_no_live_view'],
    login: ['look target undeclared_wrong_page'],
    redirect: ['look target undeclared_redirect'],
    broken: ['look target http_500'],
    forbidden: ['look target upgrade_403'],
    stale: ['look target undeclared_stale'],
    crash: ['pick target crashed'],
    closes: ['pick target closed'],
    large: ['pick target closed'],
    cut: ['pick target closed'],
    leaves: ['pick target undeclared_redirect'],
  })
})

test('what never comes ends with the time-out', async () => {
  for (const word of ['no-answer', 'half-open']) {
    const { reasons, account } = await run(word, { timeout: 1_500 })
    expect(reasons).toEqual(['look target timeout'])
    expect(account.steps.timedOut).toBe(1)
  }
  for (const word of ['silent', 'unknown-component']) {
    const { reasons, account } = await run(word, { timeout: 1_500 })
    expect(reasons).toContain('pick target timeout')
    expect(account.steps.timedOut).toBe(1)
  }
})

test('frames that nobody can read are counted, and the page lives on', async () => {
  const { reasons, account } = await run('not-json')
  expect(reasons).toEqual(['look target broken'])
  expect(account.outcomes.pick).toMatchObject({ won: 1 })
})

test.each([
  ['good', { seen: { A1: [2, 4, 3, 0, 0, 0] }, lost: false }],
  ['doubled', { seen: { A1: [2, 4, 4, 1, 0, 0] }, lost: false }],
  ['gap', { seen: { A1: [2, 4, 2, 0, 1, 0] }, lost: false }],
])('watchers stay from unit to unit and say at the end what they heard: %s', async (word, fact) => {
  const target = await phoenixTarget()
  cleanups.push(target.kill)
  const { url } = target
  const id = `crowd ${word}`
  const gathered = await run(word, { url, count: 3, audience: { id, stage: 'gather' } })
  expect(gathered.account.outcomes.watch).toMatchObject({ joined: 3 })
  expect(target.seen.open.size).toBe(3)
  const stayed = await run('good', { url, audience: { id, stage: 'stay' } })
  expect(stayed.account.outcomes.pick).toMatchObject({ won: 1 })
  await new Promise((resolve) => setTimeout(resolve, 600))
  const dismissed = await run('good', { url, audience: { id, stage: 'dismiss' } })
  const facts = dismissed.kept.receipts.map(({ receipt }) => receipt)
  expect(facts.map(({ kind, n }) => [kind, n])).toEqual([
    ['watched', 0],
    ['watched', 1],
    ['watched', 2],
  ])
  expect(facts[0]?.fact).toMatchObject({
    ...fact,
    topic: `topic:${word}`,
    args: { word },
    problems: {},
    early: 0,
  })
  expect(JSON.stringify(facts)).not.toContain('a token')
  await vi.waitFor(() => expect(target.seen.open.size).toBe(0), { timeout: 8_000 })
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
  cleanups.push(target.kill)
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
  cleanups.push(target.kill)
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
  cleanups.push(target.kill)
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
    cleanups.push(target.kill)
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
