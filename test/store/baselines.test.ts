import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { saveSession } from '../../src/store/baseline-files.js'
import {
  baselineNames,
  markSessions,
  pinSessions,
  readSessions,
  releasesOf,
  removeSessions,
} from '../../src/store/baselines.js'
import { session, temporary } from './fixture.js'

const first = session('main', 's1', '2026-02-03T04:00:00.000Z')
const second = session('main', 's2', '2026-02-04T04:00:00.000Z')

test('sessions come back oldest first; each is marked, pinned and removed in a file of its own', async () => {
  const root = temporary()
  await saveSession(root, second)
  await saveSession(root, first)
  expect(await readSessions(root, 'main')).toEqual([first, second])
  await markSessions(root, [first], true)
  const marked = await readSessions(root, 'main')
  expect(marked.map(({ promoted }) => promoted)).toEqual([true, undefined])
  expect(await pinSessions(root, 'main', '1.4', marked)).toHaveLength(2)
  expect(await pinSessions(root, 'main', '1.4', marked)).toEqual([])
  expect([await baselineNames(root), await releasesOf(root, 'main')]).toEqual([['main'], ['1.4']])
  expect((await readSessions(root, 'main@1.4')).map(({ promoted }) => promoted)).toEqual([true, undefined])
  expect(await removeSessions(root, [first, first])).toEqual([
    join(root, 'main', 'seat-selection', 's1.json'),
  ])
  expect(await readSessions(root, 'main')).toEqual([second])
  await expect(markSessions(root, [first], false)).rejects.toMatchObject({ reason: 'changed_meanwhile' })
})

test('two people who promote the same session write the same file, and the text differs in one line only', async () => {
  const [here, there] = [temporary(), temporary()]
  for (const root of [here, there]) await saveSession(root, first)
  const path = (root: string) => join(root, 'main', 'seat-selection', 's1.json')
  const before = readFileSync(path(here), 'utf8').split('\n')
  for (const root of [here, there]) await markSessions(root, [first], true)
  const after = readFileSync(path(here), 'utf8')
  expect(readFileSync(path(there), 'utf8')).toBe(after)
  expect(after.split('\n').filter((line) => !before.includes(line))).toEqual(['  "promoted": true,'])
})

test('of two commands that keep the same session one is refused, and no half file is left', async () => {
  const root = temporary()
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => saveSession(root, first)))
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({ reason: 'session_exists' })
  expect(readdirSync(join(root, 'main', 'seat-selection'))).toEqual(['s1.json'])
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

test('a file from before says when it was promoted, and counts', async () => {
  const root = temporary()
  const path = await saveSession(root, first)
  const older = '"recordedAt": "2026-02-03T04:00:00.000Z",\n  "promotedAt": "2026-02-05T04:00:00.000Z",'
  writeFileSync(path, readFileSync(path, 'utf8').replace('"recordedAt": "2026-02-03T04:00:00.000Z",', older))
  expect(await readSessions(root, 'main')).toEqual([{ ...first, promoted: true }])
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
  }
  await refused(text.slice(0, 50), /s1\.json: expected JSON/)
  await refused('', /s1\.json: expected JSON/)
  await refused(
    text.replace('"formatVersion": 1', '"formatVersion": 7'),
    /s1\.json: expected formatVersion 1, found 7/,
  )
  await refused(
    text.replace('"value": 9100', '"value": null'),
    /s1\.json: metrics\.reserve p50\.value: expected number, found null/,
  )
  await refused(text.replace('"value": 9100', '"value": -9100'), /s1\.json: metrics\.reserve p50\.value: .*0/)
  await refused(text.replace('2026-02-03T04:00:00.000Z', 'yesterday'), /s1\.json: recordedAt: .*"yesterday"/)
  await refused(
    text.replace('"name": "main"', '"name": "other"'),
    /s1\.json: expected name "main", as the path says, found "other"/,
  )
})

test('a baseline that is not there is told with those that are; names cannot leave the folder', async () => {
  const root = temporary()
  await expect(readSessions(join(root, 'nowhere'), 'main')).rejects.toMatchObject({
    reason: 'no_baseline',
    hint: expect.stringMatching(/none/),
  })
  await saveSession(root, first)
  await expect(readSessions(root, 'mian')).rejects.toMatchObject({
    hint: expect.stringMatching(/There are: main\. .*baseline record mian/),
  })
  for (const name of ['../main', 'main/x', '', '.hidden', 'a b', 'main@', 'main@../x', 'mäin'])
    await expect(readSessions(root, name)).rejects.toMatchObject({ reason: 'bad_name', exit: 2 })
  await expect(pinSessions(root, 'main', '1/4', [first])).rejects.toThrow(/cannot name a release/)
  await expect(saveSession(root, { ...first, session: '../x' })).rejects.toThrow(/cannot name a session/)
})

test('a folder that is a file, or cannot be written, is told by its path', async () => {
  const root = temporary()
  writeFileSync(join(root, 'main'), '')
  await expect(saveSession(root, first)).rejects.toMatchObject({ reason: 'not_writable', exit: 2 })
  rmSync(join(root, 'main'))
  const path = await saveSession(root, first)
  rmSync(path)
  mkdirSync(path)
  await expect(readSessions(root, 'main')).rejects.toThrow(/it is a folder, not a file/)
  await expect(saveSession('/proc/none/such', first)).rejects.toThrow(/Cannot write to \/proc\/none/)
  expect(dirname(path)).toBe(join(root, 'main', 'seat-selection'))
})
