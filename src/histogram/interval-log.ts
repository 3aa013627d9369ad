import { keyOfTag, tagOf, type TagKey } from './tag.js'

/** One line of the log: the samples of a key that were to start within one second. */
export interface LogInterval extends TagKey {
  /** Whole seconds from the log's start. */
  readonly second: number
  /** Largest sample, exact, microseconds. */
  readonly max: number
  readonly payload: string
}

const version = '#[Histogram log format version 1.3]'

/**
 * First lines of a log. `startedAt` in milliseconds since 1970; lines count from it, which readers deduce as there is no BaseTime.
 * No blank line: some readers stop at one.
 */
export function logHead(startedAt: number): string {
  const start = `#[StartTime: ${(startedAt / 1000).toFixed(3)} (seconds since epoch), ${new Date(startedAt).toISOString()}]`
  const legend = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'
  return `${version}\n${start}\n${legend}\n`
}

/** A line with its line break. The maximum is written in milliseconds, as readers expect. */
export function logLine(interval: LogInterval): string {
  const max = (interval.max / 1000).toFixed(3)
  return `Tag=${tagOf(interval)},${interval.second.toFixed(3)},1.000,${max},${interval.payload}\n`
}

/** The log's own head, or undefined when the text is something else. */
export function isLogHead(firstLine: string | undefined): boolean {
  return firstLine === version
}

/** Undefined for comments and the legend; an Error that says what was expected for a line that is none of these. */
export function parseLogLine(line: string): LogInterval | undefined {
  if (line.startsWith('#') || line.startsWith('"')) return undefined
  const [tag, start, length, max, payload, ...rest] = line.split(',')
  if (!tag?.startsWith('Tag=') || payload === undefined || rest.length > 0) {
    throw new Error('expected "Tag=metric|part|outcome,start,length,max,payload"')
  }
  const key = keyOfTag(tag.slice('Tag='.length))
  if (key === undefined)
    throw new Error(`expected a tag of the form metric|part|outcome, found "${tag.slice('Tag='.length)}"`)
  const second = Number(start)
  if (!Number.isInteger(second) || second < 0 || Number(length) !== 1) {
    throw new Error(
      `expected an interval of one second from a whole second on, found start "${start}" and length "${length}"`,
    )
  }
  const largest = Math.round(Number(max) * 1000)
  if (max === '' || !Number.isFinite(largest))
    throw new Error(`expected the largest value in milliseconds, found "${max}"`)
  return { ...key, second, max: largest, payload }
}
