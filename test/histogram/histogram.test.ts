import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHistogram, encodeHistogram } from '../../src/histogram/codec.js'
import { highestTrackable, histogramOf, mergeHistograms } from '../../src/histogram/histogram.js'

const latencies = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 4_294_967_295 })),
  { minLength: 1, maxLength: 300 },
)

test('the cells are those of the HdrHistogram library, over the whole range', () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const library = build({
        autoResize: false,
        highestTrackableValue: highestTrackable,
        numberOfSignificantValueDigits: 3,
      })
      for (const value of values) library.recordValue(Math.min(value, highestTrackable))
      const ours = histogramOf(values)
      expect(ours.count).toBe(library.totalCount)
      expect(ours.max).toBe(library.getValueAtPercentile(100))
      // Ranks that come out whole, where all conventions of rounding agree.
      for (let rank = 1; rank <= values.length; rank += 1) {
        expect(ours.quantile(rank / values.length)).toBe(
          library.getValueAtPercentile((rank / values.length) * 100),
        )
      }
    }),
    { numRuns: 60 },
  )
})

test('encoding and decoding gives the same cells, and merging is the union', () => {
  fc.assert(
    fc.property(latencies, latencies, (a, b) => {
      expect(decodeHistogram(encodeHistogram(histogramOf(a))).cells).toEqual(histogramOf(a).cells)
      expect(mergeHistograms([histogramOf(a), histogramOf(b)]).cells).toEqual(histogramOf([...a, ...b]).cells)
    }),
    { numRuns: 60 },
  )
})

test('quantiles, means and shares of small whole numbers are exact', () => {
  const h = histogramOf(Array.from({ length: 100 }, (_, i) => 100 - i))
  expect([h.quantile(0), h.quantile(0.5), h.quantile(0.95), h.quantile(0.99), h.quantile(1)]).toEqual([
    1, 50, 95, 99, 100,
  ])
  expect(h.mean()).toBe(50.5)
  expect(h.meanBetween(0.75, 0.95)).toBe((76 + 95) / 2)
  expect(histogramOf([10, 20]).meanBetween(0.25, 1)).toBeCloseTo((0.5 * 10 + 20) / 1.5, 12)
  expect(h.shareAbove(99)).toBe(0.01)
  expect(h.shareAbove(0)).toBe(1)
  expect(h.shareAbove(100)).toBe(0)
})

test('a share above a limit inside a wide cell counts a part of the cell', () => {
  const h = histogramOf([4_000_000, 500_000])
  expect(h.shareAbove(500_000)).toBeGreaterThan(0.5)
  expect(h.shareAbove(500_255)).toBe(0.5)
})

test('values beyond an hour count as an hour; fractions and negative values are refused', () => {
  expect(histogramOf([4_294_967_295]).cells).toEqual(histogramOf([highestTrackable]).cells)
  expect(() => histogramOf([1.5])).toThrow(/1\.5.*whole microseconds/)
  expect(() => histogramOf([-1])).toThrow(/-1.*at least 0/)
})

test('a damaged payload and another precision are refused in words', () => {
  const payload = encodeHistogram(histogramOf([1, 2, 3]))
  expect(() => decodeHistogram(payload.slice(0, -8))).toThrow(/not a V2 compressed histogram/)
  expect(() => decodeHistogram('AAAA')).toThrow(/not a V2 compressed histogram/)
  const coarse = build({ numberOfSignificantValueDigits: 2, highestTrackableValue: highestTrackable })
  coarse.recordValue(1)
  expect(() => decodeHistogram(encodeIntoCompressedBase64(coarse))).toThrow(/2 digits.*expected 3 digits/)
})
