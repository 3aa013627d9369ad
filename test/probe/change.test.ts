import { expect, test } from 'vitest'
import { changeOf } from '../../src/probe/change.js'
import { parseMetrics } from '../../src/probe/prometheus.js'

const change = (...nodes: readonly (readonly [before: string, after: string])[]) =>
  Object.fromEntries(
    changeOf(
      nodes.map(([before]) => parseMetrics(before)),
      nodes.map(([, after]) => parseMetrics(after)),
    ),
  )

test('counters tell their growth, all else its value at the end, summed over the nodes', () => {
  expect(
    change(
      ['asked_total{route="a"} 10\nmemory_bytes 100', 'asked_total{route="a"} 14\nmemory_bytes 130'],
      ['asked_total{route="a"} 3\nmemory_bytes 50', 'asked_total{route="a"} 3\nmemory_bytes 20'],
    ),
  ).toEqual({ 'asked_total{route="a"}': 4, memory_bytes: 150 })
})

test('a series that first shows up during the unit has grown from nothing; one that is nowhere is no zero', () => {
  expect(change(['asked_total{route="a"} 1', 'asked_total{route="a"} 1\nasked_total{route="b"} 6'])).toEqual({
    'asked_total{route="a"}': 0,
    'asked_total{route="b"}': 6,
  })
})

test('a counter that shrank on one node is lost with all its labels, and nothing else is', () => {
  const whole = ['hits_total{t="a"} 1\nasked_total 1', 'hits_total{t="a"} 5\nasked_total 2'] as const
  const shrank = ['hits_total{t="b"} 9\nasked_total 4', 'hits_total{t="b"} 2\nasked_total 8'] as const
  expect(change(whole, shrank)).toEqual({ asked_total: 5 })
  const gone = ['hits_total{t="b"} 9\nasked_total 4', 'asked_total 8'] as const
  expect(change(whole, gone)).toEqual({ asked_total: 5 })
})

test('a node that was replaced lost its counters, even those that have outgrown the old ones', () => {
  const replaced = [
    'process_start_time_seconds 100\nasked_total 4\nmemory_bytes 1',
    'process_start_time_seconds 200\nasked_total 9\nmemory_bytes 2',
  ] as const
  expect(change(replaced)).toEqual({ process_start_time_seconds: 200, memory_bytes: 2 })
})
