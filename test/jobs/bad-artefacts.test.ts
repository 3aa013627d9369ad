import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionFigures } from '../../src/compare/session-figures.js'
import { compareRuns } from '../../src/jobs/compare.js'
import { judgeFolder } from '../../src/jobs/judge.js'
import { judgeStored } from '../../src/jobs/report.js'
import type { BaselineSession } from '../../src/model/artefact.js'
import { markSessions, readGroup, readSessions, saveSession } from '../../src/store/index.js'
import { temporary } from '../store/fixture.js'
import { storedGate } from './stored-gate.js'

const whole = mkdtempSync(join(tmpdir(), 'vge-perf-whole-'))
beforeAll(() => storedGate(whole))
afterAll(() => rmSync(whole, { recursive: true }))

const promote = async (root: string) => markSessions(root, await readSessions(root, 'main'), true)

type Edit = (text: string) => string
/** What is wrong, the file, how it is made wrong, the exit code, and what is said. */
type Case = readonly [what: string, file: string, edit: Edit, exit: 2 | 3, said: RegExp]

const replaced =
  (from: string | RegExp, to: string): Edit =>
  (text) => {
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`nothing to replace: ${from.toString()}`)
    return changed
  }
const half: Edit = (text) => text.slice(0, Math.floor(text.length / 2))
const empty: Edit = () => ''

function spoiled(file: string, edit: Edit): string {
  const folder = temporary()
  cpSync(whole, folder, { recursive: true })
  const path = join(folder, 'seat-selection', file)
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
  return folder
}

/** The exit code and the sentence, whether it is refused or judged; anything but a sentence for people fails the test. */
async function ends(
  judged: Promise<{ readonly exit: number; readonly headline: string }>,
): Promise<readonly [number, string]> {
  try {
    const { exit, headline } = await judged
    return [exit, headline]
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UserError' && 'exit' in error)) throw error
    return [Number(error.exit), error.message]
  }
}

const asked = { waive: [], repeat: 'vge-perf compare a b' } as const
const report = async (folder: string) =>
  (await judgeStored(folder, { waive: [], noRegressionCheck: false })).verdict

// The clock of unit 3 is that of an hour before.
const hourBefore = replaced(/("index": 3,[^]*?"startedAt": )(\d+)/, '$11770087907000')
const without =
  (word: string): Edit =>
  (text) =>
    text
      .split('\n')
      .filter((line) => !line.includes(word))
      .join('\n')
const withoutReserve = without('reserve')

const cases: readonly Case[] = [
  ['empty', 'group.json', empty, 2, /group\.json: expected JSON/],
  ['empty', 'candidate/run.json', empty, 2, /run\.json: expected JSON/],
  ['empty', 'candidate/latency.hlog', empty, 2, /latency\.hlog, line 1: expected "#\[Histogram log/],
  [
    'empty',
    'candidate/counters.ndjson',
    empty,
    3,
    /is damaged: latency\.hlog has \d+ samples of \w+ that ended as \w+, counters\.ndjson has 0/,
  ],
  ['truncated', 'group.json', half, 2, /group\.json: expected JSON/],
  ['truncated', 'control/run.json', half, 2, /run\.json: expected JSON/],
  [
    'truncated',
    'candidate/latency.hlog',
    half,
    3,
    /is damaged: latency\.hlog, line \d+: the last line is not whole/,
  ],
  [
    'truncated',
    'control/counters.ndjson',
    half,
    3,
    /is damaged: (?:counters\.ndjson, line \d+|latency\.hlog has \d+ samples)/,
  ],
  [
    'of another version',
    'group.json',
    replaced('"formatVersion": 1', '"formatVersion": 2'),
    2,
    /expected formatVersion 1, found 2/,
  ],
  [
    'of another version',
    'control/run.json',
    replaced('"formatVersion": 1', '"formatVersion": 9'),
    2,
    /expected formatVersion 1, found 9/,
  ],
  [
    'of another version',
    'candidate/latency.hlog',
    replaced('version 1.3', 'version 2.0'),
    2,
    /expected "#\[Histogram log format version 1\.3\]"/,
  ],
  [
    'from another scenario',
    'candidate/run.json',
    replaced('"scenario": "seat-selection"', '"scenario": "checkout"'),
    2,
    /(?:group\.json says scenario "seat-selection", .*|one) of "checkout"/,
  ],
  [
    'from another scenario',
    'control/run.json',
    replaced('"scenario": "seat-selection"', '"scenario": "checkout"'),
    2,
    /is a run of scenario "checkout"|one of "checkout"/,
  ],
  [
    'from another profile',
    'control/run.json',
    replaced('"profile": "smoke"', '"profile": "full"'),
    2,
    /is a run of profile "full"|one of "full"/,
  ],
  [
    'of another plan',
    'control/run.json',
    replaced('"planHash": "c0ffee"', '"planHash": "beef"'),
    2,
    /is a run of plan "beef"|one of "beef"/,
  ],
  [
    'of another machine',
    'control/run.json',
    replaced('"engine": "native"', '"engine": "k6"'),
    3,
    /not measured under the same conditions: engine/,
  ],
  ['without a metric', 'control/latency.hlog', withoutReserve, 3, /is damaged|only one side/],
  ['without a metric', 'candidate/latency.hlog', withoutReserve, 3, /is damaged|only one side/],
  ['with NaN', 'candidate/run.json', replaced('"cpu": 0.21', '"cpu": NaN'), 2, /run\.json: expected JSON/],
  [
    'with NaN',
    'candidate/counters.ndjson',
    replaced(/"sum":\d+/, '"sum":NaN'),
    2,
    /counters\.ndjson, line 1: expected JSON/,
  ],
  ['with NaN', 'candidate/latency.hlog', replaced(/,\d+\.\d+,/, ',NaN,'), 2, /latency\.hlog, line \d+: /],
  [
    'with a clock that ran backwards',
    'candidate/run.json',
    hourBefore,
    3,
    /clock went back while the candidate was measured: unit 2 bears 2026-02-03 04:05:\d\d, and unit 3 after it 2026-02-03 03:05/,
  ],
  [
    'that ended before it began',
    'candidate/run.json',
    replaced('04:06:00', '01:06:00'),
    3,
    /clock went back/,
  ],
  [
    'without its end',
    'candidate/run.json',
    replaced(/,\s*"end": \{[^}]*\}/, ''),
    3,
    /has no end: it was killed/,
  ],
]

test('the folder that the others are made of passes', async () => {
  expect(await report(whole)).toMatchObject({ exit: 0, outcome: 'pass' })
})

test.each(cases)(
  'report of a gate %s (%s): a sentence and the exit code',
  async (_, file, edit, exit, said) => {
    const [code, sentence] = await ends(report(spoiled(file, edit)))
    expect(sentence).toMatch(said)
    expect(code).toBe(exit)
  },
)

// Of two stored runs a group is none: what is compared are the candidates, the whole one and the spoiled one.
const ofRuns = cases
  .filter(([, file]) => file !== 'group.json')
  .map(([what, file, ...rest]) => [what, file.replace(/^\w+\//, 'candidate/'), ...rest] as const)

test.each(ofRuns)(
  'compare with a run %s (%s): a sentence and the exit code',
  async (_, file, edit, exit, said) => {
    const folder = join(spoiled(file, edit), 'seat-selection')
    const [code, sentence] = await ends(compareRuns(join(whole, 'seat-selection'), folder, asked))
    expect(sentence).toMatch(said)
    expect(code).toBe(exit)
  },
)

test('report of a folder in which a scenario lost its list, or a run a file', async () => {
  const folder = temporary()
  await storedGate(folder)
  await storedGate(folder, { scenario: 'checkout' })
  expect(await ends(report(folder))).toEqual([0, expect.any(String)])
  rmSync(join(folder, 'checkout', 'group.json'))
  expect(await ends(report(folder))).toEqual([
    2,
    expect.stringMatching(/checkout holds a run, and no group\.json/),
  ])
  rmSync(join(folder, 'checkout'), { recursive: true })
  for (const file of ['slowest', 'events', 'receipts']) {
    rmSync(join(folder, 'seat-selection', 'control', `${file}.ndjson`))
    expect(await ends(report(folder))).toEqual([
      2,
      expect.stringMatching(
        new RegExp(`control.${file}\\.ndjson cannot be read as part of a run: there is no`),
      ),
    ])
  }
})

test('report of runs that promised otherwise, that lack a unit, and of an invariant that held and has an offender', async () => {
  const promised = spoiled('control/run.json', replaced('"reject": 0.1', '"reject": 0.9'))
  const { scenarios } = await report(promised)
  expect(scenarios[0]?.warnings).toContainEqual(expect.stringContaining('other promises'))
  const one = { name: 'a', id: 'a', title: 'a', group: 0, status: 'held', count: 1 }
  const line = JSON.stringify([{ ...one, offenders: [{ id: '1', what: 'sold twice' }] }])
  const lost = spoiled('control/run.json', replaced('"index": 3', '"index": 7'))
  expect(await ends(report(lost))).toEqual([2, expect.stringMatching(/lists unit 3, which .*control lacks/)])
  const held = spoiled(
    'candidate/run.json',
    replaced(/"invariants": \[\](?![^]*"invariants": \[\])/, `"invariants": ${line}`),
  )
  expect(await ends(report(held))).toEqual([2, expect.stringMatching(/that held has no offenders/)])
})

test('a metric whose samples are gone from the log alone is missed in a run without a control, too', async () => {
  const folder = spoiled('candidate/latency.hlog', without('whole'))
  const group = join(folder, 'seat-selection')
  writeFileSync(
    join(group, 'group.json'),
    readFileSync(join(group, 'group.json'), 'utf8').replace(/"control",\s*"candidate"/, '"candidate"'),
  )
  rmSync(join(group, 'control'), { recursive: true })
  const { verdict } = await judgeStored(folder, { waive: [], noRegressionCheck: true })
  expect([verdict.exit, verdict.reason]).toEqual([3, 'run_damaged'])
  expect(verdict.headline).toMatch(
    /latency\.hlog has 0 samples of whole that ended as done, counters\.ndjson has 1200/,
  )
})

test('receipts that were cut make a run damaged', async () => {
  const folder = spoiled('candidate/receipts.ndjson', () => '{"unit":0,"kind":"ho')
  expect(await ends(report(folder))).toEqual([3, expect.stringMatching(/is damaged: receipts\.ndjson/)])
})

test('report and compare of what is no folder of runs', async () => {
  const nothing = temporary()
  expect(await ends(report(nothing))).toEqual([2, expect.stringMatching(/holds no run/)])
  expect(await ends(report(join(nothing, 'absent')))).toEqual([
    2,
    expect.stringMatching(/There is no folder/),
  ])
  expect(await ends(compareRuns(nothing, nothing, asked))).toEqual([2, expect.stringMatching(/no such file/)])
  const bare = spoiled('group.json', replaced(/"control",\s*"candidate"/, '"control"'))
  expect(await ends(report(bare))).toEqual([2, expect.stringMatching(/holds no run of a candidate/)])
  rmSync(join(bare, 'seat-selection', 'control'), { recursive: true })
  mkdirSync(join(bare, 'seat-selection', 'control'))
  expect(await ends(report(bare))).toEqual([2, expect.stringMatching(/run\.json cannot be read/)])
})

/** Eight promoted sessions as this candidate leaves them, recorded an hour apart; returns their folder. */
async function baseline(
  change: (session: BaselineSession, at: number) => BaselineSession = (one) => one,
): Promise<string> {
  const root = temporary()
  const { candidate } = await readGroup(join(whole, 'seat-selection'))
  if (candidate === undefined) throw new Error('no candidate')
  for (let at = 0; at < 8; at += 1) {
    const recordedAt = new Date(Date.now() - (at + 1) * 3_600_000).toISOString()
    const session = {
      formatVersion: 1 as const,
      name: 'main',
      session: `s${at}`,
      recordedAt,
      scenario: 'seat-selection',
      profile: 'smoke',
      fingerprint: candidate.file.fingerprint,
      ...sessionFigures(candidate),
    }
    await saveSession(root, change(session, at))
  }
  await promote(root)
  return root
}

const against = async (root: string) => {
  const sessions = await readSessions(root, 'main')
  return (
    await judgeFolder(join(whole, 'seat-selection'), {
      mode: 'baseline',
      baseline: sessions,
      waive: [],
      noRegressionCheck: false,
      fresh: true,
      capReached: true,
    })
  ).verdict
}

const files: readonly (readonly [string, Edit, RegExp])[] = [
  ['empty', empty, /s3\.json: expected JSON/],
  ['truncated', half, /s3\.json: expected JSON/],
  [
    'of another version',
    replaced('"formatVersion": 1', '"formatVersion": 2'),
    /expected formatVersion 1, found 2/,
  ],
  [
    'from another scenario',
    replaced('"scenario": "seat-selection"', '"scenario": "checkout"'),
    /expected scenario "seat-selection", as the path says/,
  ],
  ['with NaN', replaced(/"value": [\d.]+/, '"value": NaN'), /s3\.json: expected JSON/],
  [
    'with nothing for a figure',
    replaced(/"value": [\d.]+/, '"value": null'),
    /metrics\..*value: expected number/,
  ],
  ['with a date that is none', replaced(/"recordedAt": "[^"]*"/, '"recordedAt": "yesterday"'), /recordedAt/],
]

test.each(files)('baseline with a session %s: a sentence and exit 2', async (_, edit, said) => {
  const root = await baseline()
  const path = join(root, 'main', 'seat-selection', 's3.json')
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
  expect(await ends(against(root))).toEqual([2, expect.stringMatching(said)])
  expect(await ends(promote(root).then(() => ({ exit: 0, headline: 'promoted' })))).toEqual([
    2,
    expect.stringMatching(said),
  ])
})

const sessions: readonly (readonly [
  string,
  (session: BaselineSession, at: number) => BaselineSession,
  RegExp,
])[] = [
  [
    'of another plan',
    (one) => ({
      ...one,
      fingerprint: { ...one.fingerprint, must: { ...one.fingerprint.must, plan: 'beef' } },
    }),
    /not measured under the same conditions: plan/,
  ],
  ['without a metric', (one) => ({ ...one, metrics: {} }), /too few sessions have it/],
  [
    'of a clock that ran ahead',
    (one, at) =>
      at > 1 ? one : { ...one, recordedAt: new Date(Date.now() + 90 * 86_400_000).toISOString() },
    /says that it was recorded in the future/,
  ],
  ['of last year', (one) => ({ ...one, recordedAt: '2020-01-01T00:00:00.000Z' }), /younger than 30 days/],
]

test.each(sessions)('baseline with sessions %s: a sentence and exit 3', async (_, change, said) => {
  expect(await ends(against(await baseline(change)))).toEqual([3, expect.stringMatching(said)])
})

test('the baseline that the others are made of passes', async () => {
  expect(await ends(against(await baseline()))).toEqual([0, expect.any(String)])
})
