import { readFileSync, readdirSync, truncateSync, writeFileSync, cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { histogramOf } from '../../src/histogram/histogram.js'
import { micros } from '../../src/model/time.js'
import { createRun } from '../../src/store/create-run.js'
import { readRun } from '../../src/store/read-run.js'
import { header, interval, temporary, unitRecord } from './fixture.js'

const held = {
  name: 'one-live-hold-a-seat',
  id: 'I1',
  title: 'One live hold a seat',
  status: 'held',
  offenders: [],
  count: 0,
} as const

/** A warm-up unit and two measured ones; reserve won/conflict/error, release done. */
async function recorded(folder: string) {
  const run = await createRun(folder, header)
  run.interval(0, 0, interval('reserve', 'won', 0, [9_000_000, 9_000_001]))
  await run.unit(unitRecord(0, 0, 'warm-up'))
  run.interval(4, 1, interval('reserve', 'won', 0, [100, 200]))
  run.interval(4, 1, interval('reserve', 'won', 0, [300]))
  run.interval(4, 1, interval('reserve', 'conflict', 1, [50]))
  run.interval(4, 1, interval('reserve', 'error', 1, [30_000_000]))
  run.interval(4, 1, interval('release', 'done', 3, [70, 80]))
  run.receipt(1, {
    kind: 'hold',
    n: 7,
    at: 1_770_091_508_123,
    fact: { hold: 'h1', seat: { row: 'A', number: 3 }, extra: [null, true] },
  })
  run.event(1, { at: micros(1_500), kind: 'gc', text: 'a pause of 12 ms' })
  run.exemplar(1, {
    arm: 'candidate',
    metric: 'reserve',
    outcome: 'won',
    n: 7,
    at: micros(9),
    parts: { total: micros(300), wait: micros(290) },
  })
  run.probe({ unit: 1, name: 'ets-hits', value: 0.875 })
  run.probe({ unit: 1, name: 'sql-statements', value: 3.5 })
  await run.unit(unitRecord(1, 4))
  run.interval(8, 2, interval('reserve', 'won', 0, [400]))
  await run.unit(unitRecord(2, 8))
  await run.invariants([{ ...held, group: 0 }])
  await run.end({ endedAt: '2026-02-03T04:05:30.000Z', status: 'complete' })
}

test('a run comes back to the digit', async () => {
  const folder = join(temporary(), 'deep', 'run')
  await recorded(folder)
  const run = await readRun(folder)
  expect(run.damage).toEqual([])
  expect(run.file).toEqual({
    ...header,
    units: [unitRecord(0, 0, 'warm-up'), unitRecord(1, 4), unitRecord(2, 8)],
    invariants: [{ ...held, group: 0 }],
    end: { endedAt: '2026-02-03T04:05:30.000Z', status: 'complete' },
  })
  expect(run.metrics()).toEqual(['reserve', 'release'])
  expect(run.outcomes('reserve')).toEqual(['conflict', 'won', 'error'])
  expect(run.parts('reserve')).toEqual(['total'])
  expect(run.counters).toContainEqual({
    unit: 1,
    metric: 'reserve',
    part: 'total',
    outcome: 'won',
    count: 3,
    sum: 600,
    min: 100,
    max: 300,
  })
  expect(run.receipts()).toEqual([
    {
      unit: 1,
      kind: 'hold',
      n: 7,
      at: 1_770_091_508_123,
      fact: { hold: 'h1', seat: { row: 'A', number: 3 }, extra: [null, true] },
    },
  ])
  expect(run.events()).toEqual([{ unit: 1, at: 1_500, kind: 'gc', text: 'a pause of 12 ms' }])
  expect(run.slowest()).toEqual([
    {
      unit: 1,
      arm: 'candidate',
      metric: 'reserve',
      outcome: 'won',
      n: 7,
      at: 9,
      parts: { total: 300, wait: 290 },
    },
  ])
  expect(run.probes).toEqual([
    { unit: 1, name: 'ets-hits', value: 0.875 },
    { unit: 1, name: 'sql-statements', value: 3.5 },
  ])
  expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([])
})

test('a run from before there were probes and phases is read as it is', async () => {
  const folder = temporary()
  const { probes: _, ...older } = header
  const { phases: __, ...record } = unitRecord(0, 0)
  const writer = await createRun(folder, older)
  await writer.unit(record)
  rmSync(join(folder, 'probes.ndjson'))
  const run = await readRun(folder)
  expect([run.probes, run.damage]).toEqual([[], []])
  expect(run.file.probes).toBeUndefined()
  expect(run.file.units).toEqual([record])
})

test('latency is that of measured units and of answers that were no errors, unless named', async () => {
  const folder = temporary()
  await recorded(folder)
  const run = await readRun(folder)
  const latency = (query: Parameters<typeof run.latency>[0]) => run.latency(query)
  expect(latency({ metric: 'reserve' })).toEqual(histogramOf([50, 100, 200, 300, 400]))
  expect(latency({ metric: 'reserve', outcome: 'won', units: [1] })).toEqual(histogramOf([100, 200, 300]))
  expect(latency({ metric: 'reserve', units: [0] })).toEqual(histogramOf([9_000_000, 9_000_001]))
  expect(latency({ metric: 'reserve', outcome: 'error' })?.count).toBe(1)
  expect(latency({ metric: 'reserve', part: 'tls' })).toBeUndefined()
  expect(latency({ metric: 'resrve' })).toBeUndefined()
  expect(run.series({ metric: 'reserve' }).map(({ second, latency: of }) => [second, of.count])).toEqual([
    [4, 3],
    [5, 1],
    [8, 1],
  ])
})

test('samples of a unit that never ended are on disk after five seconds, and said to be left out', async () => {
  vi.useFakeTimers()
  const folder = temporary()
  const run = await createRun(folder, header)
  run.interval(0, 0, interval('reserve', 'won', 0, [100]))
  run.receipt(0, { kind: 'hold', n: 1, at: 1, fact: {} })
  vi.advanceTimersByTime(5_000)
  vi.useRealTimers()
  run.interval(0, 0, interval('reserve', 'won', 0, [200]))
  const killed = await readRun(folder)
  expect(killed.file.end).toBeUndefined()
  expect(killed.damage).toEqual([
    'latency.hlog: 1 intervals from second 0 on belong to a unit that did not end; they are not counted',
  ])
  expect(killed.receipts()).toHaveLength(1)
  // The same second is written twice; lines add.
  await run.unit(unitRecord(0, 0))
  const ended = await readRun(folder)
  expect(ended.damage).toEqual([])
  expect(ended.latency({ metric: 'reserve' })).toEqual(histogramOf([100, 200]))
  run.endSync({ endedAt: '2026-02-03T04:05:30.000Z', status: 'interrupted', message: 'SIGINT' })
  run.endSync({ endedAt: '2026-02-03T04:06:30.000Z', status: 'engine_failed' })
  expect((await readRun(folder)).file.end).toEqual({
    endedAt: '2026-02-03T04:05:30.000Z',
    status: 'interrupted',
    message: 'SIGINT',
  })
})

test('a unit grows to hold its last sample, and the next must begin behind it', async () => {
  const run = await createRun(temporary(), header)
  run.interval(0, 0, interval('reserve', 'won', 5, [100]))
  await run.unit(unitRecord(0, 0))
  expect(run.nextOffset).toBe(6)
  expect(() => run.interval(4, 1, interval('reserve', 'won', 0, [100]))).toThrow(
    /seconds up to 6 belong to earlier units/,
  )
  await run.unit(unitRecord(1, 6))
  expect((await readRun(run.folder)).file.units.map((unit) => unit.seconds)).toEqual([6, 4])
})

test.each(['latency.hlog', 'counters.ndjson', 'receipts.ndjson', 'slowest.ndjson', 'probes.ndjson'])(
  '%s cut at any tenth byte stays readable',
  async (file) => {
    const whole = join(temporary(), 'whole')
    await recorded(whole)
    const text = readFileSync(join(whole, file), 'utf8')
    const head = file === 'latency.hlog' ? text.indexOf('\n') + 1 : 0
    const cut = join(temporary(), 'cut')
    cpSync(whole, cut, { recursive: true })
    for (let length = text.length - 1; length >= head; length -= 10) {
      truncateSync(join(cut, file), length)
      const run = await readRun(cut)
      const kept = text.slice(0, length)
      const broken = kept !== '' && !kept.endsWith('\n')
      // What is read when it is asked for has its lines counted then.
      const line = ['receipts.ndjson', 'slowest.ndjson'].includes(file)
        ? ''
        : `, line ${kept.split('\n').length}`
      expect(run.damage).toEqual(
        broken && file !== 'slowest.ndjson'
          ? [`${file}${line}: the last line is not whole and was left out`]
          : [],
      )
      expect(run.latency({ metric: 'reserve' })?.count ?? 0).toBeLessThanOrEqual(5)
      const lines = kept.split('\n').length - 1
      if (file === 'counters.ndjson') expect(run.counters).toHaveLength(lines)
      if (file === 'receipts.ndjson') expect(run.receipts()).toHaveLength(lines)
      if (file === 'probes.ndjson') expect(run.probes).toHaveLength(lines)
      if (file === 'slowest.ndjson') expect(run.slowest()).toHaveLength(lines)
    }
  },
)

type Edit = readonly [string, (text: string) => string, RegExp]

test.each<Edit>([
  [
    'run.json',
    (text) => text.replace('"formatVersion": 1', '"formatVersion": 2'),
    /run\.json: expected formatVersion 1, found 2\.$/,
  ],
  ['run.json', (text) => text.slice(0, 200), /run\.json: expected JSON, found something else/],
  [
    'run.json',
    () => '{"name":"another"}',
    /run\.json: formatVersion: expected "formatVersion", found undefined/,
  ],
  [
    'run.json',
    (text) => text.replace('"arm": "candidate"', '"arm": "canary"'),
    /run\.json: arm: expected .*"candidate".*, found "canary"/,
  ],
  [
    'run.json',
    (text) => text.replace('"cpu": 0.21', '"cpu": null'),
    /run\.json: units\.0\.health\.cpu: expected number, found null/,
  ],
  ['run.json', (text) => text.replace('"cpu": 0.21', '"cpu": NaN'), /run\.json: expected JSON/],
  [
    'counters.ndjson',
    (text) => text.replace('"sum":600', '"sum":null'),
    /counters\.ndjson, line 2: sum: expected number, found null/,
  ],
  [
    'counters.ndjson',
    (text) => text.replace('"sum":600', '"sum":NaN'),
    /counters\.ndjson, line 2: expected JSON/,
  ],
  [
    'probes.ndjson',
    (text) => text.replace('"value":3.5', '"value":"3.5"'),
    /probes\.ndjson, line 2: value: expected number, found "3\.5"/,
  ],
  [
    'run.json',
    (text) => text.replace('"unit": "share"', '"unit": "percent"'),
    /run\.json: probes\.ets-hits\.unit: expected .*"share".*, found "percent"/,
  ],
  [
    'run.json',
    (text) => text.replace('"arrivals": "surge"', '"arrivals": "flood"'),
    /run\.json: units\.0\.phases\.1\.arrivals: expected .*"surge".*, found "flood"/,
  ],
  ['latency.hlog', () => '', /latency\.hlog, line 1: expected "#\[Histogram log format version 1\.3\]"/],
  [
    'latency.hlog',
    (text) => text.replace('Tag=release|', 'Tag=release;'),
    /latency\.hlog, line \d+: expected a tag of the form/,
  ],
])('%s that is damaged or foreign is refused in a sentence (%#)', async (file, edit, words) => {
  const folder = temporary()
  await recorded(folder)
  const path = join(folder, file)
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
  await expect(readRun(folder)).rejects.toThrow(
    expect.objectContaining({ name: 'UserError', message: expect.stringMatching(words) }),
  )
})

test('a payload that cannot be decoded is told with its line when it is asked for', async () => {
  const folder = temporary()
  await recorded(folder)
  const path = join(folder, 'latency.hlog')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(Tag=release.*,HIST).*/, '$1FAAAAB42pNp'))
  const run = await readRun(folder)
  expect(run.latency({ metric: 'reserve' })?.count).toBe(5)
  expect(() => run.latency({ metric: 'release' })).toThrow(
    /latency\.hlog, line \d+: the payload is not a V2 compressed histogram/,
  )
})

test('a missing file is named, and so is a folder that is no run', async () => {
  const folder = temporary()
  await expect(readRun(folder)).rejects.toThrow(
    /run\.json cannot be read as part of a run: there is no such file/,
  )
  await recorded(folder)
  rmSync(join(folder, 'counters.ndjson'))
  await expect(readRun(folder)).rejects.toThrow(
    /counters\.ndjson cannot be read as part of a run: there is no such file/,
  )
})

test('NaN never reaches a file', async () => {
  const run = await createRun(temporary(), header)
  const record = unitRecord(0, 0)
  const broken = { ...record, health: { ...record.health, cpu: Number.NaN } }
  await expect(run.unit(broken)).rejects.toThrow('run.json: cpu is NaN; expected a finite number')
})

test('a run is never written over another, nor where nothing can be written', async () => {
  const folder = temporary()
  await recorded(folder)
  await expect(createRun(folder, header)).rejects.toThrow(/already holds a run/)
  const inFile = join(folder, 'run.json', 'below')
  await expect(createRun(inFile, header)).rejects.toThrow(
    `Cannot write to ${inFile}: a part of the path is a file, not a folder.`,
  )
})
