import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trend, writeTrend } from '../../src/jobs/trend.js'
import { pin } from '../../src/jobs/upkeep.js'
import type { RunHeader } from '../../src/model/artefact.js'
import { trendText } from '../../src/report/terminal-trend.js'
import { createGroup, markSessions, readSessions, saveSession } from '../../src/store/index.js'
import { header, session, temporary, unitRecord } from '../store/fixture.js'
import { fill, recorded } from './baseline-folder.js'

const now = new Date('2026-11-25T12:00:00Z')
const about = (root: string) => ({ root, scenarios: [], last: 100, now })

test('a step is told in one sentence with its builds, however old the sessions and whoever promoted them', async () => {
  const root = temporary()
  await fill(root, { sessions: 60, from: '2026-09-20T04:00:00Z', step: { at: 40, factor: 1.12 } })
  const found = await trend(about(root))
  expect(found).toMatchObject({ baseline: 'main', outcome: 'worse', exit: 0, fewest: 11, leftOut: [] })
  expect(found.headline).toMatch(
    /^WORSE {2}checkout: whole p50 rose by 1[0-4] %, from 4(\.\d{1,2})? ms to 4\.\d{1,2} ms, between 2026-10-29 04:00 \(commit c40f\) and 2026-10-30 04:00 \(commit c410\), and has stayed there for 20 sessions$/,
  )
  const [line] = found.lines
  expect(line?.metrics.map(({ name, state }) => [name, state])).toEqual([
    ['achieved share', 'steady'],
    ['error share', 'steady'],
    ['reserve p75–p95', 'steady'],
    ['whole p50', 'changed'],
  ])
  const [change] = line?.metrics.find(({ name }) => name === 'whole p50')?.changes ?? []
  expect(change).toMatchObject({ before: 39, at: 40, worse: true, change: { kind: 'ratio' } })
  expect(change && change.change.low < 0.12 && change.change.high > 0.12).toBe(true)
  const text = trendText(found, { columns: 80, colour: false })
  expect(Math.max(...text.split('\n').map((one) => one.length))).toBeLessThanOrEqual(80)
  expect(text).toMatch(/ ✗ whole p50 .* \+1\d % {2}[▁▂▃▄▅▆▇█]{20}\n/)
})

test('a latency of another outcome is no change of it: a refusal is no quicker win', async () => {
  const root = temporary()
  for (const [at, one] of recorded({ sessions: 40, from: '2026-09-20T04:00:00Z' }).entries()) {
    const whole = one.metrics['whole p50'] ?? { value: NaN, count: 0 }
    const other = at >= 28
    const kept = other
      ? { ...whole, value: whole.value / 4, outcome: 'conflict' }
      : { ...whole, outcome: 'won' }
    await saveSession(root, { ...one, metrics: { ...one.metrics, 'whole p50': kept } })
  }
  const [line] = (await trend(about(root))).lines
  const found = line?.metrics.find(({ name }) => name === 'whole p50')
  expect([found?.state, found?.values.filter((value) => value === null).length]).toEqual(['steady', 12])
})

test('sessions of other conditions are a line of their own, and the newest speaks', async () => {
  const root = temporary()
  await fill(
    root,
    { sessions: 20, from: '2026-09-20T04:00:00Z', machine: 'old' },
    { sessions: 20, from: '2026-10-20T04:00:00Z', machine: 'new', step: { at: 0, factor: 2 } },
  )
  const found = await trend(about(root))
  expect(found.headline).toBe('STEADY  no lasting change in 4 figures over 20 sessions')
  expect(found.lines.map(({ differs, sessions }) => [differs, sessions.length])).toEqual([
    [[], 20],
    [['machine: old → new'], 20],
  ])
  expect(trendText(found, { columns: 80, colour: false })).toContain(
    'other conditions than now, never joined: machine: old → new',
  )
})

test('too few sessions are exit 3 with what to record; only the last ones are looked at', async () => {
  const root = temporary()
  await fill(root, { sessions: 30, from: '2026-09-20T04:00:00Z', step: { at: 10, factor: 1.5 } })
  const few = await trend({ ...about(root), last: 9 })
  expect(few).toMatchObject({ outcome: 'too_few', exit: 3 })
  expect(few.headline).toMatch(/checkout \(ci\) has 9 sessions .* and 11 are needed/)
  expect(few.next).toMatch(/vge-perf baseline record main --scenario checkout --profile ci --sessions 2/)
  expect((await trend({ ...about(root), last: 20 })).outcome).toBe('steady')
  expect((await trend(about(root))).outcome).toBe('worse')
})

test('a release joins with what was pruned since, once', async () => {
  const root = temporary()
  await fill(root, { sessions: 20, from: '2026-11-01T04:00:00Z', promoted: true })
  await pin({ root, name: 'main' }, '1.4', now)
  const [line] = (await trend(about(root))).lines
  expect(line?.sessions).toHaveLength(20)
  expect(line?.sessions.every(({ releases }) => releases[0] === '1.4')).toBe(true)
})

test('what cannot be used is said: no baseline, several, a scenario that is not there, the future', async () => {
  const root = temporary()
  await expect(trend(about(root))).rejects.toMatchObject({ reason: 'no_baseline', exit: 2 })
  await fill(root, { sessions: 12, from: '2026-11-01T04:00:00Z' })
  await expect(trend({ ...about(root), scenarios: ['nope'] })).rejects.toMatchObject({
    message: 'There is no session of nope in baseline "main".',
    hint: 'There are: checkout (ci).',
    exit: 2,
  })
  await fill(root, { sessions: 1, from: '2027-11-01T04:00:00Z' })
  expect((await trend(about(root))).leftOut).toEqual([
    'session 2027-11-01T04-00-00-000Z of checkout is left out: it says that it was recorded in the future, at 2027-11-01T04:00:00.000Z',
  ])
  await fill(root, { name: 'other', sessions: 1, from: '2026-11-01T04:00:00Z' })
  for (const asked of [about(root), { ...about(root), reports: root }])
    await expect(trend(asked)).rejects.toMatchObject({ reason: 'which_baseline', exit: 2 })
  await expect(trend({ ...about(root), name: 'main', reports: join(root, 'none') })).rejects.toMatchObject({
    reason: 'no_report',
    exit: 2,
  })
})

/** A report with one scenario, measured on its own or beside a control. */
async function report(
  folder: string,
  at: string,
  more: Partial<RunHeader> = {},
  { paired = false, load = 1 } = {},
) {
  const arms = paired ? (['control', 'candidate'] as const) : (['candidate'] as const)
  const own = { ...header, startedAt: at, ...more }
  const writer = await createGroup(
    join(folder, at.replaceAll(/[:.]/g, '-'), 'seat-selection'),
    { scenario: 'seat-selection', profile: 'smoke', arms: [...arms] },
    { candidate: own, ...(paired ? { control: { ...own, arm: 'control' as const } } : {}) },
  )
  await writer.unit({
    candidate: { ...unitRecord(0, 0), load },
    ...(paired ? { control: unitRecord(0, 0) } : {}),
  })
  await writer.end({ endedAt: at, status: 'complete' })
}

test('runs that gates left join the sessions; beside a control they are a line of their own', async () => {
  const [root, reports] = [temporary(), temporary()]
  await saveSession(root, session('main', '2026-02-03T04-00-00-000Z', '2026-02-03T04:00:00.000Z'))
  await markSessions(root, await readSessions(root, 'main'), true)
  await report(reports, '2026-02-04T04:00:00.000Z')
  await report(reports, '2026-02-03T04:00:00.000Z')
  await report(reports, '2026-02-05T04:00:00.000Z', {}, { paired: true })
  await report(reports, '2026-02-06T04:00:00.000Z', { repeat: 'vge-perf gate --plant error --seed 1' })
  const { fingerprint } = header
  await report(reports, '2026-02-07T04:00:00.000Z', {
    fingerprint: { ...fingerprint, subject: { ...fingerprint.subject, proxy: 'adds 10 % to each answer' } },
  })
  await report(reports, '2026-02-08T04:00:00.000Z', {}, { load: 0.6 })
  await report(join(reports, 'one', 'self-test'), '2026-02-09T04:00:00.000Z')
  const found = await trend({ ...about(root), reports })
  expect(found.lines.map(({ beside, sessions }) => [beside, sessions.map(({ from }) => from)])).toEqual([
    ['control', ['run']],
    ['nothing', ['baseline', 'run']],
  ])
  expect(found.lines[1]?.differs).toEqual(['measured alone → in turns with a control'])
  expect(found.leftOut).toEqual([
    expect.stringMatching(/02-06.* is left out: a fault was planted into it/),
    expect.stringMatching(/02-07.* is left out: a proxy stood before it/),
    expect.stringMatching(/02-08.* is left out: only a part of its load was sent/),
  ])
  expect(found.exit).toBe(3)
})

test('where nothing that was left can be used, each is told with its reason, and it is no wrong command', async () => {
  const [root, reports] = [temporary(), temporary()]
  await report(reports, '2026-02-08T04:00:00.000Z', {}, { load: 0.6 })
  await expect(trend({ ...about(root), reports })).rejects.toMatchObject({
    exit: 3,
    reason: 'no_sessions',
    hint: expect.stringMatching(
      /Nothing in it can be used\.\n.*02-08.*only a part of its load was sent/,
    ) as string,
  })
})

test('the page is one file that fetches nothing, with pictures, a table, and inert names', async () => {
  const [root, folder] = [temporary(), temporary()]
  await fill(root, { sessions: 40, from: '2026-09-20T04:00:00Z', step: { at: 25, factor: 0.8 } })
  const [, , , odd] = await readSessions(root, 'main')
  if (odd === undefined) throw new Error('no session')
  const evil = `<script>alert(1)</script>"'>`
  await saveSession(root, {
    ...odd,
    session: 'odd',
    fingerprint: { ...odd.fingerprint, subject: { commit: evil } },
    metrics: { ...odd.metrics, [`${evil} p50`]: { value: 5, count: 100 } },
  })
  const found = await trend(about(root))
  expect(found.outcome).toBe('better')
  const page = readFileSync(await writeTrend(folder, found), 'utf8')
  expect(page).toContain("default-src 'none'")
  expect(page).not.toContain('<script')
  expect(page.match(/<svg /g)).toHaveLength(2)
  expect(page).toContain('Not drawn, since they never moved: achieved share, error share')
  expect(page.match(/class="turn better"/g)).toHaveLength(1)
  expect(page.match(/<tr/g)?.length).toBeGreaterThan(41)
  expect(page).not.toMatch(/NaN|undefined|Infinity/)
  expect(page.length).toBeLessThan(200_000)
  expect(JSON.parse(readFileSync(join(folder, 'trend.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(found)),
  )
})
