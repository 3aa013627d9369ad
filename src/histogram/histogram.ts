import type { Distribution } from '../model/artefact.js'
import { minutes } from '../model/time.js'

/** Longer times are counted as this one, microseconds; their exact values live on in `counters.ndjson`. */
export const highestTrackable = minutes(60)

/** Values that a histogram of 3 significant digits does not tell apart: `low` to `low + width - 1`. */
export interface Cell {
  readonly low: number
  readonly width: number
  readonly count: number
}

const subBuckets = 2048

/** Lowest value and number of values of the cell that a whole number of microseconds falls into. */
function cellOf(value: number): { low: number; width: number } {
  const shift = value < subBuckets ? 0 : 31 - Math.clz32(value) - 10
  const width = 2 ** shift
  return { low: (value >>> shift) * width, width }
}

/** Latencies in microseconds to 3 significant digits, sparse and immutable. Adds without loss. */
export class Histogram implements Distribution {
  readonly count: number

  /** `cells` ascend by `low` and none is empty; `decodeHistogram`, `histogramOf` and `mergeHistograms` see to that. */
  constructor(readonly cells: readonly Cell[]) {
    this.count = cells.reduce((sum, cell) => sum + cell.count, 0)
  }

  /**
   * Highest value of the cell at rank `round(share × count)`, at least 1: what the readers in C, Go and Python give.
   * Java's rounds the rank up, so it may name the next sample.
   */
  quantile(share: number): number {
    // A share like 0.95 is a little less than it reads as, which must not cost a rank at exact halves.
    const rank = Math.max(1, Math.floor(share * this.count + 0.5 + 1e-9))
    let seen = 0
    for (const cell of this.cells) {
      seen += cell.count
      if (seen >= rank) return cell.low + cell.width - 1
    }
    return this.max
  }

  /** Highest value of the last cell, microseconds; 0 when empty. */
  get max(): number {
    const last = this.cells.at(-1)
    return last === undefined ? 0 : last.low + last.width - 1
  }

  mean(): number {
    return this.meanBetween(0, 1)
  }

  /** Ranks that lie half inside count half. NaN when `from` is not below `to` or nothing was recorded. */
  meanBetween(from: number, to: number): number {
    const begin = from * this.count
    const end = to * this.count
    let seen = 0
    let weight = 0
    let sum = 0
    for (const cell of this.cells) {
      const inside = Math.min(end, seen + cell.count) - Math.max(begin, seen)
      seen += cell.count
      if (inside <= 0) continue
      weight += inside
      sum += inside * (cell.low + (cell.width - 1) / 2)
    }
    return sum / weight
  }

  /** Values of the cell that holds `limit` are taken as evenly spread over it. */
  shareAbove(limit: number): number {
    let above = 0
    for (const { low, width, count } of this.cells) {
      above += count * Math.min(1, Math.max(0, (low + width - 1 - Math.floor(limit)) / width))
    }
    return above / this.count
  }
}

/** Histogram of whole microseconds in any order. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  const sorted = Float64Array.from(values).sort()
  const cells: { low: number; width: number; count: number }[] = []
  for (const value of sorted) {
    if (!Number.isInteger(value) || value < 0)
      throw new RangeError(`A latency is ${value}; expected whole microseconds, at least 0`)
    const { low, width } = cellOf(Math.min(value, highestTrackable))
    const last = cells.at(-1)
    if (last?.low === low) last.count += 1
    else cells.push({ low, width, count: 1 })
  }
  return new Histogram(cells)
}

/** The union of all samples. */
export function mergeHistograms(all: readonly Histogram[]): Histogram {
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  const cells = new Map<number, Cell>()
  for (const histogram of all) {
    for (const cell of histogram.cells) {
      const known = cells.get(cell.low)
      cells.set(cell.low, known === undefined ? cell : { ...cell, count: known.count + cell.count })
    }
  }
  return new Histogram([...cells.values()].sort((a, b) => a.low - b.low))
}
