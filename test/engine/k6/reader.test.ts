import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Lines } from '../../../src/engine/k6/lines.js'
import { SampleReader } from '../../../src/engine/k6/samples.js'

// Printed by k6 1.8.0 while it ran six journeys of two requests and a receipt each.
const recorded = readFileSync(new URL('fixtures/k6-1.8.0.ndjson', import.meta.url))

const read = (chunks: readonly Buffer[]) => {
  const samples: string[] = []
  const receipts: unknown[] = []
  const reader = new SampleReader({
    sample: (vu, run, { arm, metric, outcome }, n, at, [total], kind) =>
      samples.push([vu, run, arm, metric, outcome, n, at, total, kind].join(' ')),
    receipt: (_vu, _run, arm, receipt) => receipts.push([arm, receipt.kind, receipt.n]),
  })
  const lines = new Lines((line) => reader.take(line))
  for (const chunk of chunks) lines.feed(chunk)
  return { samples: samples.toSorted(), receipts, open: lines.open }
}

test('what k6 printed is read: our samples and receipts, and nothing of its own', () => {
  const { samples, receipts, open } = read([recorded])
  expect(samples).toHaveLength(18)
  for (const metric of ['take won', 'look seen', 'whole done'])
    expect(samples.filter((sample) => sample.includes(` ${metric} `))).toHaveLength(6)
  expect(receipts).toHaveLength(6)
  expect(receipts).toContainEqual(['control', 'hold', 5])
  expect(open).toBe(0)
})

test('it reads the same wherever it is cut', () => {
  const whole = read([recorded])
  for (const size of [1, 7, 100, 4_096]) {
    const chunks = Array.from({ length: Math.ceil(recorded.length / size) }, (_, index) =>
      recorded.subarray(index * size, (index + 1) * size),
    )
    expect(read(chunks)).toEqual(whole)
  }
})

test('half a line at the end is no sample', () => {
  const cut = recorded.lastIndexOf('vge_sample') + 40
  const { open, samples } = read([recorded.subarray(0, cut)])
  expect(open).toBeGreaterThan(0)
  expect(samples.length).toBeLessThan(18)
})

test.each([
  ['words', 'panic: something', /no JSON/],
  ['half of a line of ours', '{"metric":"vge_sample","type":"Point","data":{"time":"x","val', /half a line/],
  [
    'a sample without its tags',
    '{"metric":"vge_sample","type":"Point","data":{"value":1,"tags":{"vu":"0"},"metadata":{"s":"1,1,2,3,4,5"}}}',
    /without its tags/,
  ],
  [
    'a sample without its times',
    '{"metric":"vge_sample","type":"Point","data":{"value":1,"tags":{"arm":"control","kind":"request","metric":"a","outcome":"b","vu":"0"},"metadata":{"s":"1,1,2,x"}}}',
    /without its times/,
  ],
  [
    'a receipt that is no JSON',
    '{"metric":"vge_receipt","type":"Point","data":{"value":1,"tags":{"arm":"control","vu":"0"},"metadata":{"s":"1,1,{"}}}',
    /receipt that is no JSON/,
  ],
  [
    'a receipt without its fact',
    '{"metric":"vge_receipt","type":"Point","data":{"value":1,"tags":{"arm":"control","vu":"0"},"metadata":{"s":"1,1,null"}}}',
    /without its fact/,
  ],
  [
    'a word that no VU says',
    '{"metric":"vge_word","type":"Point","data":{"value":1,"tags":{"vu":"0"},"metadata":{"s":"1,0,{\\"type\\":\\"bye\\",\\"at\\":1}"}}}',
    /word that no VU says/,
  ],
])('%s among the lines ends the reading in a sentence', (_, line, said) => {
  expect(() => read([Buffer.from(`${line}\n`)])).toThrow(said)
})
