import { parts, type Part } from '../model/engine.js'

/** What one histogram of the log is about. */
export interface TagKey {
  readonly metric: string
  readonly part: Part
  readonly outcome: string
}

// The log's own separators, ours, and the sign of the escape: a comma in a tag would shift every field behind it.
const unsafe = /[%,|\s\p{Cc}]/gu

const escape = (text: string): string => text.replace(unsafe, (sign) => encodeURIComponent(sign))

/** `metric|part|outcome`; commas, bars, blanks and control characters inside a name are percent-encoded. */
export function tagOf(key: TagKey): string {
  return `${escape(key.metric)}|${key.part}|${escape(key.outcome)}`
}

const isPart = (text: string): text is Part => parts.some((part) => part === text)

/** Undefined when the tag is not one of ours. */
export function keyOfTag(tag: string): TagKey | undefined {
  const [metric, part, outcome, ...rest] = tag.split('|')
  if (metric === undefined || part === undefined || outcome === undefined || rest.length > 0 || !isPart(part))
    return undefined
  try {
    return { metric: decodeURIComponent(metric), part, outcome: decodeURIComponent(outcome) }
  } catch {
    return undefined
  }
}
