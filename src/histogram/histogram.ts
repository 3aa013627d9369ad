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
const half = subBuckets / 2

/** Number of the cell that a whole number of microseconds falls into: cells of width 1 up to 2047, then 1024 of each further width. */
function indexOf(value: number): number {
  if (value < subBuckets) return value
  const shift = 31 - Math.clz32(value) - 10
  return shift * half + (value >>> shift)
}

const cellAt = (index: number, count: number): Cell => {
  if (index < subBuckets) return { low: index, width: 1, count }
  const shift = Math.floor(index / half) - 1
  const width = 2 ** shift
  return { low: (index - shift * half) * width, width, count }
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

/** Counts whole microseconds in the same memory, however many come. */
export class HistogramCounts {
  private readonly counts = new Uint32Array(indexOf(highestTrackable) + 1)
  private lowest = this.counts.length
  private highest = -1

  /** Throws `RangeError` for what is no whole number from 0 on. */
  add(value: number): void {
    if (!Number.isInteger(value) || value < 0)
      throw new RangeError(`A latency is ${value}; expected whole microseconds, at least 0`)
    const index = indexOf(value < highestTrackable ? value : highestTrackable)
    if (index < this.lowest) this.lowest = index
    if (index > this.highest) this.highest = index
    this.counts[index] = (this.counts[index] ?? 0) + 1
  }

  /** What was counted; then it begins anew. */
  take(): Histogram {
    const cells: Cell[] = []
    for (let index = this.lowest; index <= this.highest; index += 1) {
      const count = this.counts[index] ?? 0
      if (count > 0) cells.push(cellAt(index, count))
    }
    this.counts.fill(0, Math.min(this.lowest, this.highest + 1), this.highest + 1)
    this.lowest = this.counts.length
    this.highest = -1
    return new Histogram(cells)
  }
}

const shared = new HistogramCounts()

/** Histogram of whole microseconds in any order. Throws `RangeError` for what is no whole number from 0 on. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  try {
    for (let at = 0; at < values.length; at += 1) shared.add(values[at] ?? 0)
  } catch (error) {
    shared.take()
    throw error
  }
  return shared.take()
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
