import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describe, latestRelease, pin, promote, prune, roll } from '../../src/jobs/upkeep.js'
import { readSessions } from '../../src/store/index.js'
import { temporary } from '../store/fixture.js'
import { fill } from './baseline-folder.js'

const now = new Date('2026-11-25T12:00:00Z')
const of = (root: string) => ({ root, name: 'main' })
const ids = (some: readonly { readonly session: string }[]) => some.map(({ session }) => session.slice(5, 10))
const counting = async (root: string) =>
  ids((await readSessions(root, 'main')).filter(({ promoted }) => promoted === true))

test('promotion takes what nobody decided about and is young enough, once', async () => {
  const root = temporary()
  await fill(
    root,
    { sessions: 3, from: '2026-10-10T04:00:00Z' },
    { sessions: 9, from: '2026-11-10T04:00:00Z' },
  )
  expect(ids(await promote(of(root), now))).toHaveLength(9)
  await expect(promote(of(root), now)).rejects.toMatchObject({ reason: 'nothing_to_promote', exit: 2 })
  const [set] = await describe(root, undefined, now)
  expect(set).toMatchObject({ counting: 9, missing: 0, differs: [], until: '2026-12-11T04:00:00.000Z' })
  expect(set?.sessions.map(({ state }) => state).slice(0, 4)).toEqual([
    'expired',
    'expired',
    'expired',
    'promoted',
  ])
  expect(set?.metrics['whole p50']).toMatchObject({ unit: 'us', sessions: 9 })
})

test('rolling keeps the newest of each set, says what it does, and does nothing when dry', async () => {
  const root = temporary()
  await fill(
    root,
    { sessions: 8, from: '2026-11-10T04:00:00Z', promoted: true },
    { sessions: 2, from: '2026-11-20T04:00:00Z', step: { at: 0, factor: 1.3 } },
    { sessions: 2, from: '2026-11-22T04:00:00Z', machine: 'm2' },
  )
  const before = await readSessions(root, 'main')
  const planned = await roll(of(root), { keep: 8, dryRun: true, now })
  expect(await readSessions(root, 'main')).toEqual(before)
  expect(await roll(of(root), { keep: 8, dryRun: false, now })).toEqual(planned)
  expect(
    planned.map((set) => [ids(set.promoted.map((session) => ({ session }))), set.demoted.length]),
  ).toEqual([
    [['11-22', '11-23'], 0],
    [['11-20', '11-21'], 2],
  ])
  expect(planned[1]?.differs).toEqual(['machine: m1 → m2'])
  const shift = planned[1]?.shifts.find(({ name }) => name === 'whole p50')
  expect((shift?.to ?? 0) / (shift?.from ?? 1)).toBeGreaterThan(1.04)
  expect((await counting(root)).slice(0, 2)).toEqual(['11-12', '11-13'])
  // What was rolled out stays out.
  await expect(promote(of(root), now)).rejects.toMatchObject({ reason: 'nothing_to_promote' })
  const again = await roll(of(root), { keep: 8, dryRun: false, now })
  expect(again.every(({ promoted, demoted }) => promoted.length + demoted.length === 0)).toBe(true)
})

test('a session from the future never counts, however new it says that it is', async () => {
  const root = temporary()
  await fill(
    root,
    { sessions: 9, from: '2026-11-10T04:00:00Z' },
    { sessions: 1, from: '2027-05-01T00:00:00Z' },
  )
  expect(await promote(of(root), now)).toHaveLength(9)
  await roll(of(root), { keep: 8, dryRun: false, now })
  const [set] = await describe(root, 'main', now)
  expect(set?.counting).toBe(8)
  expect(set?.sessions.at(-1)?.state).toBe('ahead')
})

test('a pinned release is a copy that rolling and pruning do not reach', async () => {
  const root = temporary()
  await fill(root, { sessions: 9, from: '2026-09-10T04:00:00Z' })
  await expect(pin(of(root), '1.4', new Date('2026-09-20T12:00:00Z'))).rejects.toMatchObject({
    reason: 'too_few_sessions',
    message: expect.stringMatching(/8 sessions have to count, and checkout \(ci\) has 0/),
  })
  const then = new Date('2026-09-20T12:00:00Z')
  await promote(of(root), then)
  expect(await pin(of(root), '1.4', then)).toHaveLength(9)
  expect(await pin(of(root), '1.4', then)).toEqual([])
  await fill(root, { sessions: 8, from: '2026-11-10T04:00:00Z' })
  await roll(of(root), { keep: 8, dryRun: false, now })
  expect(await prune(of(root), { olderThan: 30, dryRun: true, now })).toHaveLength(9)
  expect(await prune(of(root), { olderThan: 30, dryRun: false, now })).toHaveLength(9)
  expect(readdirSync(join(root, 'main', 'checkout'))).toHaveLength(8)
  expect((await latestRelease(of(root)))?.sessions).toHaveLength(9)
  expect((await describe(root, 'main', now))[0]?.releases).toEqual(['1.4'])
  for (const refused of [
    promote({ root, name: 'main@1.4' }),
    pin({ root, name: 'main@1.4' }, '1.5'),
    roll({ root, name: 'main@1.4' }, { keep: 8, dryRun: false }),
    prune({ root, name: 'main@1.4' }, { olderThan: 1, dryRun: false }),
  ])
    await expect(refused).rejects.toMatchObject({ reason: 'pinned', exit: 2 })
})

test('pruning never takes what counts, and two at once do not mind', async () => {
  const root = temporary()
  await fill(
    root,
    { sessions: 8, from: '2026-11-10T04:00:00Z', promoted: true },
    { sessions: 4, from: '2026-11-01T04:00:00Z' },
  )
  const pruned = await Promise.all([
    prune(of(root), { olderThan: 1, dryRun: false, now }),
    prune(of(root), { olderThan: 1, dryRun: false, now }),
  ])
  expect(ids(pruned[0] ?? [])).toEqual(['11-01', '11-02', '11-03', '11-04'])
  expect(await counting(root)).toHaveLength(8)
  expect(existsSync(join(root, 'main', 'checkout'))).toBe(true)
})

test('an empty folder has no baselines, and one that is not there is a sentence', async () => {
  const root = temporary()
  expect(await describe(join(root, 'none'), undefined, now)).toEqual([])
  await expect(describe(root, 'main', now)).rejects.toMatchObject({ reason: 'no_baseline', exit: 2 })
})
