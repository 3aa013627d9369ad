import { expect, test } from 'vitest'
import { statics } from '../../../src/phoenix/live/statics.js'

test('equal pieces are one object, others are not', () => {
  expect(statics(['<a b="', '">'])).toBe(statics(['<a b="', '">']))
  expect(statics(['a', 'b'])).not.toBe(statics(['ab']))
  expect(statics(['a', ''])).not.toBe(statics(['a']))
  expect(statics(['a', 'b\u0000c']).pieces).toEqual(['a', 'b\u0000c'])
  expect(statics(['a\u0000b', 'c']).pieces).toEqual(['a\u0000b', 'c'])
})

test('sharing is bounded: after many others, and for very long ones, a new object is made', () => {
  const first = statics(['first'])
  for (let n = 0; n < 5000; n += 1) statics([`other ${n}`])
  expect(statics(['first'])).not.toBe(first)
  expect(statics(['first'])).toEqual(first)
  const long = ['x'.repeat(200_000)]
  expect(statics(long)).not.toBe(statics(long))
})

test.for([
  [
    ['<a', '>', '</a>'],
    [true, false],
  ],
  [
    ['<a b="', '">', '<c>'],
    [true, false],
  ],
  [
    ['<a b=">', '" c=', '>'],
    [true, true],
  ],
  [
    ['1 < 2', '<!-- <a', '-->', ''],
    [false, false, false],
  ],
  [
    ['<', ' x>', ''],
    [true, false],
  ],
] as const)('in %j dynamics within a tag are known', ([pieces, within]) => {
  const known = statics(pieces)
  expect(within.map((_, index) => known.isInTag(index))).toEqual(within)
})
