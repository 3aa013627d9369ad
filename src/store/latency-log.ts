import { decodeHistogram } from '../histogram/codec.js'
import { mergeHistograms, type Histogram } from '../histogram/histogram.js'
import { isLogHead, parseLogLine, type LogInterval } from '../histogram/interval-log.js'
import { messageOf, UserError } from '../model/errors.js'
import { eachLine, readLines } from './lines.js'
import { runFiles } from './names.js'

interface Entry extends LogInterval {
  readonly where: string
  decoded?: Histogram
}

/** Stretches of the log's seconds, `to` exclusive. */
export type Stretch = { readonly from: number; readonly to: number }

/** Lines of a key: all outcomes of a part when the outcome is left open. */
export interface Selection {
  readonly metric: string
  readonly part: string
  readonly outcome: string | undefined
}

/** `latency.hlog` in memory; histograms are decoded when they are asked for, once. */
export class LatencyLog {
  private constructor(
    private readonly entries: ReadonlyMap<string, readonly Entry[]>,
    readonly damage: readonly string[],
  ) {}

  static async read(folder: string): Promise<LatencyLog> {
    const lines = await readLines(folder, runFiles.latency)
    if (!isLogHead(lines.lines[0])) {
      throw new UserError(
        `${lines.path}, line 1: expected "#[Histogram log format version 1.3]", found something else.`,
        {
          hint: 'The file was not written by vge-perf, or was emptied: restore it, or record anew.',
          reason: 'unreadable_file',
        },
      )
    }
    const entries = new Map<string, Entry[]>()
    for (const entry of eachLine(lines, (line, where) => withPlace(parseLogLine(line), where))) {
      const known = entries.get(entry.metric)
      if (known === undefined) entries.set(entry.metric, [entry])
      else known.push(entry)
    }
    return new LatencyLog(entries, lines.damage)
  }

  metrics(): readonly string[] {
    return [...this.entries.keys()]
  }

  /** Parts and outcomes that a metric has lines of. */
  keys(metric: string): readonly LogInterval[] {
    return this.entries.get(metric) ?? []
  }

  /** Histograms by second, ascending. Throws a UserError that names the line of a payload that cannot be decoded. */
  seconds(selection: Selection, stretches: readonly Stretch[]): ReadonlyMap<number, Histogram> {
    const found = new Map<number, Histogram[]>()
    for (const entry of this.entries.get(selection.metric) ?? []) {
      const { part, outcome, second } = entry
      if (part !== selection.part) continue
      if (selection.outcome === undefined ? outcome === 'error' : outcome !== selection.outcome) continue
      if (!stretches.some(({ from, to }) => second >= from && second < to)) continue
      const known = found.get(second)
      if (known === undefined) found.set(second, [decoded(entry)])
      else known.push(decoded(entry))
    }
    return new Map(
      [...found].sort(([a], [b]) => a - b).map(([second, all]) => [second, mergeHistograms(all)]),
    )
  }

  /** Number of lines at or after a second. */
  linesFrom(second: number): number {
    return [...this.entries.values()].flat().filter((entry) => entry.second >= second).length
  }
}

const withPlace = (interval: LogInterval | undefined, where: string): Entry | undefined =>
  interval === undefined ? undefined : { ...interval, where }

function decoded(entry: Entry): Histogram {
  try {
    entry.decoded ??= decodeHistogram(entry.payload)
    return entry.decoded
  } catch (error) {
    throw new UserError(`${entry.where}: ${messageOf(error)}.`, { reason: 'unreadable_file', cause: error })
  }
}
