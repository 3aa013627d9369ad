import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodeHistogram, encodeHistogram } from '../../src/histogram/codec.js'
import { histogramOf, mergeHistograms } from '../../src/histogram/histogram.js'
import { logHead, logLine, parseLogLine } from '../../src/histogram/interval-log.js'

const startedAt = Date.parse('2026-02-03T04:05:06.789Z')

/** Seeded, skewed latencies of 0.2 ms to seconds. */
function samples(seed: number, length: number): number[] {
  let state = seed
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return 200 + Math.floor(5_000 * -Math.log((state + 1) / 2 ** 32)) + (state % 97 === 0 ? 2_500_000 : 0)
  })
}

function line(metric: string, outcome: string, second: number, values: number[]): string {
  const payload = encodeHistogram(histogramOf(values))
  return logLine({ metric, part: 'total', outcome, second, max: Math.max(...values), payload })
}

test('a line comes back to the digit, with a key that holds the separators of the log', () => {
  const text = line('reserve@rush, late', 'not|won %', 7, [3, 1, 1_234_567])
  expect(text.split(',')).toHaveLength(5)
  expect(text).toMatch(/^Tag=\S+,7\.000,1\.000,1234\.567,HIST\S+\n$/)
  const parsed = parseLogLine(text.trimEnd())
  expect(parsed).toMatchObject({
    metric: 'reserve@rush, late',
    part: 'total',
    outcome: 'not|won %',
    second: 7,
    max: 1_234_567,
  })
  expect(decodeHistogram(parsed?.payload ?? '').cells).toEqual(histogramOf([3, 1, 1_234_567]).cells)
})

test('the head is comments and a legend, without a blank line', () => {
  const lines = logHead(startedAt).trimEnd().split('\n')
  expect(lines.every((each) => parseLogLine(each) === undefined && each !== '')).toBe(true)
  expect(lines[1]).toBe('#[StartTime: 1770091506.789 (seconds since epoch), 2026-02-03T04:05:06.789Z]')
})

test.each([
  ['0.000,1.000,3.000,HIST', /expected "Tag=metric/],
  ['Tag=reserve|total,0.000,1.000,3.000,HIST', /metric\|part\|outcome, found "reserve\|total"/],
  ['Tag=reserve|nose|won,0.000,1.000,3.000,HIST', /found "reserve\|nose\|won"/],
  ['Tag=reserve|total|won,NaN,1.000,3.000,HIST', /whole second.*"NaN"/],
  ['Tag=reserve|total|won,0.000,5.000,3.000,HIST', /one second.*"5.000"/],
  ['Tag=reserve|total|won,0.000,1.000,NaN,HIST', /milliseconds, found "NaN"/],
])('%s is refused in words', (text, words) => {
  expect(() => parseLogLine(text)).toThrow(words)
})

const python = spawnSync('python3', ['-c', 'import hdrh'], { encoding: 'utf8' })
const why = python.error === undefined ? "Python's hdrhistogram is not installed" : 'python3 is not installed'
const absent = python.status !== 0

test.skipIf(absent)(
  `Python's hdrhistogram reads the same count, p50, p99 and max${absent ? ` (skipped: ${why})` : ''}`,
  () => {
    const parts = [samples(1, 997), samples(2, 463), samples(3, 31)]
    const folder = mkdtempSync(join(tmpdir(), 'hlog-'))
    try {
      const path = join(folder, 'latency.hlog')
      const won = parts.map((values, second) => line('reserve', 'won', second, values))
      writeFileSync(
        path,
        [logHead(startedAt), ...won, line('scan', 'late one', 2, [0, 5_000_000_000])].join(''),
      )
      const read = spawnSync('python3', [join(import.meta.dirname, 'check_hlog.py'), path], {
        encoding: 'utf8',
      })
      expect(read.stderr).toBe('')
      const expected = [
        ['reserve|total|won', mergeHistograms(parts.map(histogramOf))],
        ['scan|total|late%20one', histogramOf([0, 5_000_000_000])],
      ] as const
      expect(read.stdout.trim().split('\n')).toEqual(
        expected.map(([tag, h]) => [tag, h.count, h.quantile(0.5), h.quantile(0.99), h.max].join('\t')),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
