import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js'
import { messageOf } from '../model/errors.js'
import { Histogram, highestTrackable, type Cell } from './histogram.js'

const digits = 3

/** The standard payload of an interval log: V2, deflated, base64. Loses only the exact maximum. */
export function encodeHistogram(histogram: Histogram): string {
  const library = build({
    autoResize: false,
    bitBucketSize: 32,
    highestTrackableValue: highestTrackable,
    numberOfSignificantValueDigits: digits,
  })
  for (const cell of histogram.cells) library.recordValueWithCount(cell.low, cell.count)
  return encodeIntoCompressedBase64(library)
}

/** Throws an Error that says what is wrong with a payload that is damaged or kept at another precision. */
export function decodeHistogram(payload: string): Histogram {
  const library = parse(payload)
  if (!(library instanceof JsHistogram))
    throw new Error('the histogram was decoded by an unexpected kind of reader')
  if (library.numberOfSignificantValueDigits !== digits || library.lowestDiscernibleValue !== 1) {
    throw new Error(
      `the histogram has ${library.numberOfSignificantValueDigits} digits from ${library.lowestDiscernibleValue} on; ` +
        `expected ${digits} digits from 1 on`,
    )
  }
  const cells: Cell[] = []
  const end = library.totalCount === 0 ? 0 : library.countsArrayIndex(library.maxValue) + 1
  for (let index = 0; index < end; index += 1) {
    const count = library.getCountAtIndex(index)
    if (count === 0) continue
    const low = library.valueFromIndex(index)
    cells.push({ low, width: library.sizeOfEquivalentValueRange(low), count })
  }
  return new Histogram(cells)
}

function parse(payload: string) {
  try {
    return decodeFromCompressedBase64(payload, 32)
  } catch (error) {
    throw new Error(`the payload is not a V2 compressed histogram in base64 (${messageOf(error)})`, {
      cause: error,
    })
  }
}
