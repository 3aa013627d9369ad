import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSamples, readSentBack } from '../../../src/engine/k6/segments.js'
import type { Plan } from '../../../src/model/plan.js'
import { ms, seconds } from '../../../src/model/time.js'
import { allWon, identities, makePlan, phase, target } from '../harness.js'
import { collectAll, layOut, sendBy, standIn, vus } from './laid-stage.js'

const count = 200
const gap = 5_000

/** A warm-up of 40 and a plan of 200 journeys, the second in two phases. */
function plansFor(url: string): { readonly plans: readonly Plan[]; readonly remove: () => void } {
  const rows = (length: number, first: number, phases: readonly number[]) => ({
    at: phases.flatMap((_, index) =>
      Array.from({ length: length / phases.length }, (__, place) => place * gap + index * 7),
    ),
    arm: Array.from({ length }, () => 0),
    phase: phases.flatMap((one) => Array.from({ length: length / phases.length }, () => one)),
    n: Array.from({ length }, (_, index) => first + index),
  })
  const parts = { urls: { candidate: url }, timeout: ms(400) }
  const warm = makePlan({ ...parts, table: rows(40, 0, [0]), phases: [phase({ duration: ms(200) })] })
  const main = makePlan({
    ...parts,
    table: rows(count, 40, [0, 1]),
    phases: [phase({ name: 'first', duration: ms(500) }), phase({ name: 'second', duration: ms(500) })],
  })
  // Each plan has files of its own; in one folder they must not have one name.
  const plans = [warm.plan, main.plan].map((plan, index) => {
    const arrivalsFile = plan.arrivalsFile.replace('arrivals.json', `arrivals-${index}.json`)
    copyFileSync(plan.arrivalsFile, arrivalsFile)
    return { ...plan, arrivalsFile }
  })
  return {
    plans,
    remove: () => {
      warm.remove()
      main.remove()
    },
  }
}

const textOf = (file: string): string =>
  (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString()

/** Intended starts of the first steps in files of samples, by plan and number. */
async function startsIn(files: readonly string[]): Promise<string[]> {
  const starts: string[] = []
  for (const file of files)
    await readSamples(file, {
      sample: (_, run, { metric }, n, at) => {
        if (metric.startsWith('take')) starts.push(`${run} ${n} ${at}`)
      },
      receipt: () => {},
    })
  return starts.toSorted()
}

const programs = [
  { name: 'the stand-in', program: standIn },
  { name: 'k6', program: process.env['K6_BIN'] },
]

describe.each(programs)('a load that $name sends by segments', ({ program = '' }) => {
  beforeEach(({ skip }) => skip(program === '', 'no k6 binary (K6_BIN)'))

  test(
    'is the plan, nothing twice and nothing lost, by 1, 2 and 5 programs alike',
    { timeout: 60_000 },
    async () => {
      const served = await target(allWon)
      const { plans, remove } = plansFor(served.url)
      const laid = await layOut(plans)
      try {
        const planned = plans
          .flatMap(({ arrivalsFile, phases }, run) => {
            const {
              at,
              n,
              phase: of,
            } = JSON.parse(readFileSync(arrivalsFile, 'utf8')) as Record<string, number[]>
            // Phases that nobody leads begin when the one before is over at the latest: 400 ms for its answers, and half a second.
            const from = phases.map((_, index) => index * (500_000 + 400_000 + 500_000))
            return (n ?? []).map(
              (number, index) => `${run} ${number} ${(at?.[index] ?? 0) + (from[of?.[index] ?? 0] ?? 0)}`,
            )
          })
          .toSorted()
        for (const segments of [1, 2, 5]) {
          const samples = join(laid.folder, `by-${segments}`)
          mkdirSync(samples)
          const files = await sendBy(program, laid, segments, samples)
          expect(await startsIn(files)).toEqual(planned)
          const [warm, main] = await collectAll(laid, plans, segments, samples)
          const account = main?.accounting.arms.candidate
          expect(identities(account)).toEqual([])
          expect(account).toMatchObject({
            intended: count,
            notStarted: 0,
            outcomes: { take: { won: count, error: 0 }, look: { seen: count, error: 0 } },
            receipts: { hold: count },
          })
          expect(warm?.accounting.arms.candidate?.started).toBe(40)
          expect(main?.accounting.health).toMatchObject({ workersLost: 0, samplesDropped: 0 })
          expect(main?.kept.receipts).toHaveLength(count)
          expect(main?.kept.events.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
            'phase first',
            'phase second',
          ])
          // Read as one stream of one program, they give the same samples to the last digit: nothing is lost or changed in adding.
          const whole = join(laid.folder, `whole-${segments}`)
          mkdirSync(whole)
          writeFileSync(join(whole, 'one.ndjson'), files.map(textOf).join(''))
          const [, together] = await collectAll(laid, plans, 1, whole)
          for (const metric of ['take@first', 'take@second', 'look@first', 'whole@second'])
            expect(main?.kept.values(metric, 'total', 'candidate').toSorted((a, b) => a - b)).toEqual(
              together?.kept.values(metric, 'total', 'candidate').toSorted((a, b) => a - b),
            )
          expect(main?.kept.values('take@first', 'total', 'candidate')).toHaveLength(count / 2)
        }
      } finally {
        laid.remove()
        remove()
        served.kill()
      }
    },
  )
})

describe('what came back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-back-'))
  let laid: Awaited<ReturnType<typeof layOut>>
  let plans: readonly Plan[]
  let files: readonly string[]
  const cleanups: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })]

  beforeAll(async () => {
    const served = await target(allWon)
    const made = plansFor(served.url)
    plans = made.plans
    laid = await layOut(plans)
    cleanups.push(served.kill, made.remove, laid.remove)
    files = await sendBy(standIn, laid, 2)
  }, 30_000)
  afterAll(() => {
    for (const cleanup of cleanups) cleanup()
  })

  let number = 0
  /** A folder with these files in it, by name and text. */
  const samples = (parts: Readonly<Record<string, string | Buffer>>): string => {
    const made = join(folder, String((number += 1)))
    mkdirSync(made)
    for (const [name, text] of Object.entries(parts)) writeFileSync(join(made, name), text)
    return made
  }
  const one = (): string => textOf(files[0] ?? '')
  const two = (): string => textOf(files[1] ?? '')
  const back = (parts: Readonly<Record<string, string | Buffer>>, wanted?: number, load = laid.load) =>
    readSentBack(laid.folder, load, samples(parts), wanted)

  test('is read when it is whole, packed or not', async () => {
    const read = await back({ 'a.ndjson': one(), 'b.json.gz': gzipSync(two()) }, 2)
    expect(read.vus).toHaveLength(vus)
    expect(read.files).toHaveLength(2)
  })

  test('is refused when a file is missing, or one too many is there', async () => {
    await expect(back({})).rejects.toMatchObject({ reason: 'segment_missing', exit: 4 })
    await expect(back({ 'a.ndjson': one() }, 2)).rejects.toMatchObject({ reason: 'segment_missing', exit: 4 })
    // Also where nobody said how many there are: half of the VUs are nowhere.
    await expect(back({ 'a.ndjson': one() })).rejects.toThrow(/Of 10 VUs 5 are in none of the files/)
    await expect(back({ 'a.ndjson': one(), 'b.ndjson': two(), 'c.ndjson': two() }, 2)).rejects.toMatchObject({
      reason: 'segment_double',
    })
  })

  test('is refused when two programs had one segment, also where they wrote into one file', async () => {
    await expect(back({ 'a.ndjson': one(), 'b.ndjson': one() }, 2)).rejects.toThrow(
      /a\.ndjson and .*b\.ndjson both hold VU 0/,
    )
    await expect(back({ 'a.ndjson': one() + one() + two() }, 1)).rejects.toMatchObject({
      reason: 'segment_double',
      message: expect.stringContaining('twice') as string,
    })
  })

  test('is refused when a program died, or its file was copied too early', async () => {
    const lines = one().trimEnd().split('\n')
    const early = `${lines.slice(0, -3).join('\n')}\n`
    await expect(back({ 'a.ndjson': early, 'b.ndjson': two() })).rejects.toMatchObject({
      reason: 'segment_cut',
    })
    await expect(back({ 'a.ndjson': one().slice(0, -9), 'b.ndjson': two() })).rejects.toThrow(
      /ends within a line/,
    )
    const cut = samples({ 'a.ndjson': one(), 'b.ndjson.gz': gzipSync(two()) })
    truncateSync(join(cut, 'b.ndjson.gz'), 2_000)
    await expect(readSentBack(laid.folder, laid.load, cut, 2)).rejects.toMatchObject({
      reason: 'segment_cut',
      exit: 4,
    })
    await expect(back({ 'a.ndjson': '', 'b.ndjson': two() })).rejects.toThrow(/a\.ndjson has no word/)
  })

  test('is refused when samples of a VU lie in a file that is not its own', async () => {
    const stray =
      two()
        .split('\n')
        .find((line) => line.includes('"Point"') && line.includes('vge_sample')) ?? ''
    expect(stray).not.toBe('')
    const lines = one().trimEnd()
    await expect(back({ 'a.ndjson': `${lines}\n${stray}\n`, 'b.ndjson': two() })).rejects.toThrow(
      /has samples of VU/,
    )
  })

  test('what is no file is refused, and not waited for', async () => {
    const made = samples({ 'a.ndjson': one() })
    execFileSync('mkfifo', [join(made, 'b.ndjson')])
    await expect(readSentBack(laid.folder, laid.load, made, 2)).rejects.toThrow(/b\.ndjson is no file/)
    await expect(readSentBack(laid.folder, laid.load, join(made, 'b.ndjson'), 1)).rejects.toThrow(
      /b\.ndjson is no file/,
    )
  })

  test('is refused when it is of another load, or no stream of k6', async () => {
    const other = { ...laid.load, id: 'another' }
    await expect(back({ 'a.ndjson': one(), 'b.ndjson': two() }, 2, other)).rejects.toMatchObject({
      reason: 'segment_of_another_load',
    })
    await expect(back({ 'a.ndjson': 'a log, and no JSON\n', 'b.ndjson': two() })).rejects.toMatchObject({
      reason: 'k6_stream_broken',
      message: expect.stringMatching(/a\.ndjson: /) as string,
    })
  })

  test('is refused when another script sent it, by k6 itself and when it is collected', async () => {
    const other = { ...laid.load, script: 'other' }
    await expect(back({ 'a.ndjson': one(), 'b.ndjson': two() }, 2, other)).rejects.toMatchObject({
      reason: 'segment_of_another_load',
      message: expect.stringContaining('by another script') as string,
    })
    const folder2 = samples({})
    for (const name of ['rows.json', 'secrets.json', 'arrivals-0.json', 'arrivals-1.json'])
      copyFileSync(join(laid.folder, name), join(folder2, name))
    writeFileSync(join(folder2, 'load.json'), JSON.stringify(other))
    mkdirSync(join(folder2, 'samples'))
    await expect(sendBy(standIn, { folder: folder2, script: laid.script }, 1)).rejects.toThrow(
      /ended with 107: .*is not the one that the load was laid out for \(other\)/,
    )
  })

  test('a beginning that is past, or no instant, is refused before anything is sent', async () => {
    for (const start of ['1', 'soon', ''])
      await expect(sendBy(standIn, laid, 1, samples({}), start)).rejects.toThrow(/must be an instant to come/)
  })

  test('is inconclusive when the programs did not begin together', async () => {
    const late = two().replaceAll(
      /\\"startAt\\":(\d+)/g,
      (_, at: string) => `\\"startAt\\":${Number(at) + 30e6}`,
    )
    await expect(back({ 'a.ndjson': one(), 'b.ndjson': late })).rejects.toMatchObject({
      reason: 'segments_apart',
      exit: 3,
      message: expect.stringContaining('30 s after') as string,
    })
  })

  test.each(['vge_sample', 'vge_receipt'])(
    'is refused when a line of %s is missing in the middle, was copied, or both',
    async (metric) => {
      const lines = one().split('\n')
      const ofOurs = (line: string): boolean => line.includes(metric) && line.includes('"Point"')
      const [early, late] = [lines.findIndex(ofOurs), lines.findLastIndex(ofOurs)]
      const line = lines[early] ?? ''
      for (const changed of [
        lines.toSpliced(late, 1),
        lines.toSpliced(early, 0, line),
        lines.toSpliced(late, 1).toSpliced(early, 0, line),
      ])
        await expect(back({ 'a.ndjson': changed.join('\n'), 'b.ndjson': two() })).rejects.toMatchObject({
          reason: 'k6_stream_broken',
          message: expect.stringMatching(
            /a\.ndjson: .*of VU \d, \d+ samples and receipts are there/,
          ) as string,
        })
    },
  )

  test('is refused for another plan than the one that was sent', async () => {
    const place = samples({ 'a.ndjson': one(), 'b.ndjson': two() })
    const changed = plans.map((plan) => ({ ...plan, hash: 'other' }))
    await expect(collectAll(laid, changed, 2, place)).rejects.toMatchObject({ reason: 'plan_changed' })
  })
})

test.each([
  ['for long', 6],
  ['until the end, which comes at once', 1],
])(
  'a target that answers nobody %s is told as lost, and not as slow',
  { timeout: 30_000 },
  async (_, length) => {
    const served = await target(allWon)
    served.kill()
    const all = Array.from({ length: 60 * length }, (__, index) => index)
    const none = all.map(() => 0)
    const table = { at: all.map((index) => index * 15_000), arm: none, phase: none, n: all }
    const made = makePlan({
      urls: { candidate: served.url },
      table,
      timeout: ms(400),
      phases: [phase({ duration: seconds(length) })],
    })
    const laid = await layOut([made.plan])
    try {
      await sendBy(standIn, laid, 1)
      const [result] = await collectAll(laid, [made.plan], 1)
      expect(result?.kept.events).toContainEqual(expect.objectContaining({ kind: 'target_lost' }))
    } finally {
      laid.remove()
      made.remove()
    }
  },
)
