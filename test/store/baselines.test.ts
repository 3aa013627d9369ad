import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listBaselines, promoteSessions, readSessions, saveSession } from '../../src/store/baselines.js'
import { session, temporary } from './fixture.js'

const first = session('main', 's1', '2026-02-03T04:00:00.000Z')
const second = session('main', 's2', '2026-02-04T04:00:00.000Z')

test('sessions are recorded, promoted once and pinned, and come back oldest first', async () => {
  const root = temporary()
  await saveSession(root, second)
  await saveSession(root, first)
  expect(await readSessions(root, 'main')).toEqual([first, second])
  const now = new Date('2026-02-05T00:00:00.000Z')
  expect((await promoteSessions(root, 'main', { now })).map(({ session: id }) => id)).toEqual(['s1', 's2'])
  await expect(promoteSessions(root, 'main')).rejects.toThrow(/promoted already/)
  await saveSession(root, session('main', 's3', '2026-02-06T04:00:00.000Z'))
  await promoteSessions(root, 'main', { pin: true, now: new Date('2026-02-07T00:00:00.000Z') })
  expect(
    (await readSessions(root, 'main', 'seat-selection')).map(({ promotedAt, pinned }) => [
      promotedAt,
      pinned,
    ]),
  ).toEqual([
    ['2026-02-05T00:00:00.000Z', true],
    ['2026-02-05T00:00:00.000Z', true],
    ['2026-02-07T00:00:00.000Z', true],
  ])
  await saveSession(root, session('release-9', 's1', '2026-01-01T00:00:00.000Z'))
  expect(await listBaselines(root)).toEqual([
    {
      name: 'main',
      scenario: 'seat-selection',
      profile: 'smoke',
      sessions: 3,
      promoted: 3,
      pinned: 3,
      latest: '2026-02-06T04:00:00.000Z',
    },
    {
      name: 'release-9',
      scenario: 'seat-selection',
      profile: 'smoke',
      sessions: 1,
      promoted: 0,
      pinned: 0,
      latest: '2026-01-01T00:00:00.000Z',
    },
  ])
  expect(await readSessions(root, 'main', 'checkout')).toEqual([])
})

test('a file of a session is the same whatever the order of its records', async () => {
  const root = temporary()
  const path = await saveSession(root, first)
  const other = await saveSession(root, {
    ...first,
    session: 's9',
    metrics: Object.fromEntries(Object.entries(first.metrics).reverse()),
  })
  const text = readFileSync(path, 'utf8')
  expect(readFileSync(other, 'utf8')).toBe(text.replace('"s1"', '"s9"'))
  expect(text.indexOf('reserve p50')).toBeLessThan(text.indexOf('reserve p90'))
  await expect(saveSession(root, first)).rejects.toThrow(/never overwritten/)
})

test('corrupt, foreign and misplaced files are named with what is wrong', async () => {
  const root = temporary()
  const path = await saveSession(root, first)
  const text = readFileSync(path, 'utf8')
  const refused = async (written: string, words: RegExp) => {
    writeFileSync(path, written)
    await expect(readSessions(root, 'main')).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(words),
    })
    await expect(listBaselines(root)).rejects.toThrow(words)
  }
  await refused(text.slice(0, 50), /s1\.json: expected JSON/)
  await refused(
    text.replace('"formatVersion": 1', '"formatVersion": 7'),
    /s1\.json: expected formatVersion 1, found 7/,
  )
  await refused(
    text.replace('"value": 9100', '"value": null'),
    /s1\.json: metrics\.reserve p50\.value: expected number, found null/,
  )
  await refused(text.replace('2026-02-03T04:00:00.000Z', 'yesterday'), /s1\.json: recordedAt: .*"yesterday"/)
  await refused(
    text.replace('"name": "main"', '"name": "other"'),
    /s1\.json: expected name "main", as the path says, found "other"/,
  )
})

test('a baseline that is not there is told with those that are', async () => {
  const root = temporary()
  await expect(readSessions(join(root, 'nowhere'), 'main')).rejects.toMatchObject({
    reason: 'no_baseline',
    hint: expect.stringMatching(/none/),
  })
  await saveSession(root, first)
  await expect(readSessions(root, 'mian')).rejects.toMatchObject({
    hint: expect.stringMatching(/There are: main\. .*baseline record mian/),
  })
  await expect(readSessions(root, '../main')).rejects.toThrow(/cannot name a baseline/)
  await expect(saveSession(root, { ...first, session: '../x' })).rejects.toThrow(/cannot name a session/)
})
