import { expect, test } from 'vitest'
import { parseMetrics } from '../../src/probe/prometheus.js'

const values = (text: string) =>
  Object.fromEntries([...parseMetrics(text)].map(([key, { value }]) => [key, value]))
const counters = (text: string) =>
  [...parseMetrics(text)].flatMap(([key, one]) => (one.isCounter ? [key] : []))

test('samples are read with their labels in order, whatever stands between them', () => {
  const text = `# HELP hits_total How often. {not="a sample"} 3
# TYPE hits_total counter

hits_total{table="b",layer="a"} 4
  hits_total { layer = "x" , table="y", } 1.5e+03 1700000000000
plain 7\r
quoted{path="C:\\\\x",say="\\"{,} #\\"",empty=""} -0.5
`
  expect(values(text)).toEqual({
    'hits_total{layer="a",table="b"}': 4,
    'hits_total{layer="x",table="y"}': 1_500,
    plain: 7,
    'quoted{empty="",path="C:\\\\x",say="\\"{,} #\\""}': -0.5,
  })
})

test('what OpenMetrics adds is understood: exemplars, families without their suffix, the end mark', () => {
  const text = `# TYPE hits counter
hits_total{layer="ets"} 5 # {trace_id="4bf92f"} 1.0 1520879607.789
# EOF
`
  expect(values(text)).toEqual({ 'hits_total{layer="ets"}': 5 })
  expect(counters(text)).toEqual(['hits_total{layer="ets"}'])
})

test('what only grows is told from what goes up and down, by its type or else by its name', () => {
  const text = `# TYPE asked counter
asked 1
# TYPE seats_total gauge
seats_total 2
# TYPE took_seconds histogram
took_seconds_bucket{le="1"} 3
took_seconds_bucket{le="+Inf"} 4
took_seconds_sum 5
took_seconds_count 4
# TYPE wait_seconds summary
wait_seconds{quantile="0.5"} 6
wait_seconds_count 7
# TYPE odd_total untyped
odd_total 8
loose_total 9
loose 10
`
  expect(counters(text)).toEqual([
    'asked',
    'took_seconds_bucket{le="1"}',
    'took_seconds_bucket{le="+Inf"}',
    'took_seconds_sum',
    'took_seconds_count',
    'wait_seconds_count',
    'odd_total',
    'loose_total',
  ])
})

test('a value that is no finite number is no data', () => {
  expect(values('a NaN\nb +Inf\nc -Inf\nd 0\n')).toEqual({ d: 0 })
})

test.each([
  ['<!doctype html>\n<p>Sign in', /^line 1 is no sample: <!doctype html>$/],
  ['{"status":"ok"}', /^line 1 is no sample/],
  ['ok', /^line 1 is no sample: ok$/],
  ['hits_total 3\nhits_total three\n', /^line 2 is no sample: hits_total three$/],
  ['hits_total{layer="ets} 3', /^line 1 is no sample/],
  ['hits_total{layer=ets} 3', /^line 1 is no sample/],
  ['hits_total{layer="ets"', /^line 1 is no sample/],
])('a text that is none is refused with its line (%#)', (text, words) => {
  expect(() => parseMetrics(text)).toThrow(words)
})
