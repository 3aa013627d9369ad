import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/model/scenario.js'
import { keyedOf } from './keyed.js'
import { Wire } from './wire.js'

const seats: JsonObject = {
  '0': {
    k: keyedOf(['A1', 'A2', 'A3'].map((id) => ({ '0': id, '1': 'free' }))),
    s: ['<b id="seat-', '" class="seat ', '"></b>'],
  },
  '1': '',
  s: ['<main>', '</main><aside>', '</aside>'],
}
const held = (row: number, kind: string): JsonObject => ({ '0': { k: { [row]: { '1': kind }, kc: 3 } } })

const watching = (
  ...selectors: readonly string[]
): { wire: Wire; seen: [number, number][]; cancel: () => void } => {
  const wire = new Wire()
  wire.joined(seats)
  const seen: [number, number][] = []
  const cancel = wire.view.watch(selectors, (which, at) => seen.push([which, at]))
  return { wire, seen, cancel }
}

test('what is there is told at once, with the time of the last frame', () => {
  expect(watching('#nothing', '#seat-A1.free').seen).toEqual([[1, 1000]])
})

test('the first selector that a diff makes true is told once, with the time of its frame', () => {
  const { wire, seen } = watching('#seat-A2.held', '#seat-A3.held', '#flash')
  wire.push('diff', held(0, 'held'))
  wire.push('diff', held(1, 'sold'))
  expect(seen).toEqual([])
  wire.push('diff', held(2, 'held'))
  wire.push('diff', held(1, 'held'))
  expect(seen).toEqual([[1, 4000]])
})

test.for<[string, JsonObject]>([
  ['#flash', { '1': '<p id="flash">no</p>' }],
  ['.error', { '1': { '0': 'error', s: ['<p class="', '">'] } }],
  ['aside p', { '1': '<p>no</p>' }],
  ['#seat-A4', { '0': { k: { '3': { '0': 'A4', '1': 'free' }, kc: 4 } } }],
  ['#seat-B1', { '0': { k: { '0': { '0': 'B1' }, kc: 3 } } }],
  ['#box [data-x="1"]', { '1': 1, c: { '1': { s: ['<i id="box"><u data-x="1"></u></i>'] } } }],
])('%s is seen, though its text may not be in the diff', ([selector, diff]) => {
  const { wire, seen } = watching(selector)
  wire.push('diff', held(0, 'held'))
  expect(seen).toEqual([])
  wire.push('diff', diff)
  expect(seen).toEqual([[0, 3000]])
})

test('replies and joins show as well', () => {
  const { wire, seen } = watching('#seat-A1.held', 'hr')
  wire.view.event('click', 'pick', {}, undefined, () => {})
  wire.reply({ diff: held(0, 'held') })
  expect(seen).toEqual([[0, 2000]])
  wire.view.watch(['hr'], (which, at) => seen.push([which, at]))
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: { s: ['<hr>'] } })
  expect(seen).toHaveLength(2)
})

test('what is cancelled is not told, also by the one before it', () => {
  const { wire, seen, cancel } = watching('#seat-A1.held')
  const later: (() => void)[] = []
  wire.view.watch(['#seat-A2.held'], () => later.forEach((run) => run()))
  later.push(wire.view.watch(['#seat-A2.held'], () => seen.push([9, 9])))
  cancel()
  wire.push('diff', held(0, 'held'))
  wire.push('diff', held(1, 'held'))
  expect(seen).toEqual([])
})

test('who sees something may act and watch on', () => {
  const { wire } = watching('#nothing')
  const steps: string[] = []
  wire.view.watch(['#seat-A1.held'], () => {
    steps.push('held')
    wire.view.event('hook', 'next', {}, undefined, () => steps.push('replied'))
    wire.view.watch(['#seat-A1.sold'], () => steps.push('sold'))
  })
  wire.push('diff', held(0, 'held'))
  wire.reply({})
  wire.push('diff', held(0, 'sold'))
  expect(steps).toEqual(['held', 'replied', 'sold'])
})

test('a broken diff ends no watch with an exception', () => {
  const { wire, seen } = watching('#flash')
  wire.push('diff', { '1': 7 })
  wire.push('diff', { '1': '<p id="flash">' })
  expect(seen).toEqual([])
  expect(wire.odd).toEqual(['broken_diff: Component 7 is in no message.'])
})

test('nothing to watch for is a mistake', () => {
  expect(() => watching()).toThrow('There is nothing to wait for')
  expect(() => watching('#a,')).toThrow('is no selector that can be read')
})

test('a page that is never asked is not read, however much comes, and then all of it', () => {
  const wire = new Wire()
  wire.joined(seats)
  wire.push('diff', held(0, 'broken">'))
  for (let n = 0; n < 3000; n += 1) wire.push('diff', held(1, `s${n}`))
  expect(wire.odd).toEqual([])
  expect(wire.view.find('#seat-A2')?.attributes.class).toBe('seat s2999')
})
