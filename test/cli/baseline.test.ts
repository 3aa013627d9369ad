import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compiled } from '../../src/model/package.js'
import { fill } from '../jobs/baseline-folder.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-baselines-'))
afterAll(() => rmSync(folder, { recursive: true }))

const day = 86_400_000
/** At noon so many days ago: sessions expire by the clock. */
const ago = (days: number): string =>
  new Date(Math.floor(Date.now() / day) * day - days * day + day / 2).toISOString()

beforeAll(async () => {
  const root = join(folder, 'baselines')
  await fill(
    root,
    { sessions: 40, from: ago(70), step: { at: 30, factor: 1.15 } },
    { sessions: 12, from: ago(20), step: { at: 0, factor: 1.15 } },
    { sessions: 3, from: ago(6), machine: 'm2' },
  )
})

const vgePerf = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('src/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

test('a baseline is promoted, pinned, rolled and pruned, and each command says what it did', () => {
  const promoted = vgePerf('baseline', 'promote', 'main')
  expect(promoted.stderr).toBe('')
  expect(promoted.stdout).toMatch(/^Promoted:\n {2}checkout {2}20/)
  expect(promoted.stdout).toMatch(/main {2}checkout \(ci\) +\d+ of 52 sessions count, usable until 20/)
  expect(promoted.stdout).toMatch(/3 of 3 sessions count, 5 more must be promoted/)
  expect(vgePerf('baseline', 'pin', 'main', '--as', '1.4').stdout).toMatch(
    /^Pinned as release 1\.4:\n {2}baselines\/main@1\.4\/checkout\/20/,
  )
  const dry = vgePerf('baseline', 'roll', 'main', '--dry-run')
  expect(dry.stdout).toMatch(/checkout \(ci\): 0 sessions promoted, \d+ demoted; 8 count then\n.* {2}- 20/s)
  const rolled = vgePerf('baseline', 'roll', 'main', '--json')
  expect(JSON.parse(rolled.stdout)).toMatchObject({ dryRun: false, rolled: [{}, { counting: 8 }] })
  const shown = vgePerf('baseline', 'show', 'main')
  expect(shown.stdout).toMatch(/pinned as release 1\.4\n.* whole p50 +4\.\d ms {2}± \d/s)
  expect(vgePerf('baseline', 'list').stdout).toMatch(/main +checkout \(ci\) +8 of 52 .*; pinned: 1\.4/)
  const files = () => readdirSync(join(folder, 'baselines', 'main', 'checkout')).length
  const before = files()
  const would = vgePerf('baseline', 'prune', 'main', '--older-than', '60', '--dry-run')
  expect(would.stdout).toMatch(/^Would delete:\n {2}baselines\/main\/checkout\/20/)
  expect(files()).toBe(before)
  expect(vgePerf('baseline', 'prune', 'main', '--older-than', '60').stdout).toBe(
    would.stdout.replace('Would delete', 'Deleted'),
  )
  expect(files()).toBeLessThan(before)
  expect(vgePerf('baseline', 'prune', 'main').stdout).toMatch(/^Nothing to delete/)
})

test('trend answers on the terminal, in JSON and as a page', () => {
  const { status, stdout } = vgePerf('trend', 'main', '--report', 'out')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^WORSE {2}checkout: whole p50 rose by 1\d %,/)
  expect(stdout).toMatch(/Page: {3}out\/index\.html\n$/)
  expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['index.html', 'trend.json'])
  const json = vgePerf('trend', '--scenario', 'checkout', '--profile', 'ci', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ formatVersion: 1, outcome: 'worse', exit: 0 })
  expect(readdirSync(join(folder, 'reports'))[0]).toMatch(/^20\d\d-\d\d-\d\dT.*-trend$/)
  const few = vgePerf('trend', '--last', '5')
  expect([few.status, few.stdout.split('  ')[0]]).toEqual([3, 'TOO FEW'])
})

test('a damaged file is named in a sentence by every command that reads it', () => {
  const path = join(folder, 'baselines', 'main', 'checkout', 'half.json')
  writeFileSync(path, '{ "formatVersion": 1, "na')
  for (const args of [
    ['baseline', 'list'],
    ['baseline', 'show', 'main'],
    ['baseline', 'roll', 'main'],
    ['trend', 'main'],
    ['gate', '--baseline', 'main'],
  ]) {
    const { status, stderr } = vgePerf(...args)
    expect(stderr).toMatch(/half\.json: expected JSON.*restore it, or record anew/s)
    expect(status).toBe(2)
  }
  rmSync(path)
})
