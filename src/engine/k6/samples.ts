import type { Receipt } from '../../model/contract.js'
import { exitCode, UserError } from '../../model/errors.js'
import type { Arm } from '../../model/plan.js'
import { isFromWorker } from '../journey/messages.js'
import type { Sample, SampleKey, SampleKind } from '../journey/sample.js'
import type { Present, Word } from './orders.js'

/** Takes what k6 printed, in its order. `run` is the number that the VU was given with the plan. */
export interface Taker {
  sample(
    vu: number,
    run: number,
    key: SampleKey,
    n: number,
    at: number,
    sample: Sample,
    kind: SampleKind,
  ): void
  receipt(vu: number, run: number, arm: Arm, receipt: Receipt): void
  /** What a VU said that nobody leads. */
  word?(vu: number, run: number, word: StreamWord): void
}

/** `at`: microseconds since 1970. */
export type StreamWord = (Word | Present) & { readonly at: number }

/** Of a line that is not ours nothing is repeated: a file that came there by mistake may hold secrets. */
const broken = (what: string, line: string): UserError =>
  new UserError(
    `What k6 printed cannot be read: ${what}${line.startsWith(own) ? `: "${line.slice(0, 120)}"` : ''}.`,
    {
      hint: 'Run it again. If it happens again, something else writes to the same output.',
      exit: exitCode.failed,
      reason: 'k6_stream_broken',
    },
  )

/** A VU, with the number of its last sample or receipt. */
interface Speaker {
  readonly vu: number
  lines: number
}

interface Tags {
  readonly speaker: Speaker
  readonly key: SampleKey
  readonly kind: SampleKind
}

const own = '{"metric":"vge_'
const ofSamples = `${own}sample"`
const ofWords = `${own}word"`
const tagsStart = '"tags":'
const metadataStart = ',"metadata":{"s":"'
const comma = 44
/** Microseconds: no time that we measure is so long, and no load so old. */
export const year = 31_536_000e6

/** Reads whole numbers that commas part, from `from` up to `to`. */
function numbersIn(text: string, from: number, to: number): number[] {
  const numbers: number[] = []
  let value = 0
  let negative = false
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code === comma) {
      numbers.push(negative ? -value : value)
      value = 0
      negative = false
    } else if (code === 45) {
      negative = true
    } else if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
    } else {
      return []
    }
  }
  numbers.push(negative ? -value : value)
  return numbers
}

/** Reads k6's JSON lines; what is not ours is passed over by its first letters. Source: k6 documentation, "JSON output". */
export class SampleReader {
  /** Tags by their text: a run has a few dozen, and millions of samples. */
  private readonly tags = new Map<string, Tags>()
  private readonly speakers = new Map<number, Speaker>()

  constructor(private readonly taker: Taker) {}

  /** Takes one line. Throws `UserError` (exit 4) for one that k6 would not have written, and for one before which others of its VU are missing, or that came before. */
  take(line: string): void {
    if (!line.startsWith(own)) {
      if (line !== '' && (!line.startsWith('{') || !line.endsWith('}'))) throw broken('no JSON', line)
      return
    }
    const tagsAt = line.indexOf(tagsStart)
    const dataAt = line.indexOf(metadataStart, tagsAt)
    if (tagsAt < 0 || dataAt < 0 || !line.endsWith('"}}}')) throw broken('half a line', line)
    if (line.startsWith(ofSamples)) this.sample(line, tagsAt, dataAt)
    else this.whole(line)
  }

  private sample(line: string, tagsAt: number, dataAt: number): void {
    const text = line.slice(tagsAt + tagsStart.length, dataAt)
    const tags = this.tags.get(text) ?? this.readTags(text, line)
    const numbers = numbersIn(line, dataAt + metadataStart.length, line.length - 4)
    const [run, number, n, at, total, service, ...others] = numbers
    if (
      run === undefined ||
      number === undefined ||
      n === undefined ||
      at === undefined ||
      total === undefined ||
      service === undefined
    )
      throw broken('a sample without its times', line)
    if (!(total >= 0 && total < year && Math.abs(at) < year)) throw broken('a time that no clock shows', line)
    inTurn(tags.speaker, number)
    this.taker.sample(tags.speaker.vu, run, tags.key, n, at, [total, service, ...others], tags.kind)
  }

  private speaker(vu: number): Speaker {
    const found = this.speakers.get(vu) ?? { vu, lines: 0 }
    this.speakers.set(vu, found)
    return found
  }

  private readTags(text: string, line: string): Tags {
    try {
      const { vu, arm, metric, outcome, kind } = JSON.parse(text) as Record<string, string>
      if (
        !isArm(arm) ||
        metric === undefined ||
        outcome === undefined ||
        (kind !== 'request' && kind !== 'whole' && kind !== 'page')
      )
        throw broken('a sample without its tags', line)
      const tags: Tags = { speaker: this.speaker(Number(vu)), key: { arm, metric, outcome }, kind }
      this.tags.set(text, tags)
      return tags
    } catch (error) {
      throw error instanceof UserError ? error : broken('tags that are no JSON', line)
    }
  }

  /** A receipt, or a word: JSON behind the number of the run and its own. */
  private whole(line: string): void {
    const { vu, run, number, arm, what } = readWhole(line)
    const speaker = this.speaker(vu)
    if (line.startsWith(ofWords)) {
      if (!isWord(what)) throw broken('a word that no VU says', line)
      // It says how many came before it, and is none of them. Where a second program begins, its taker has more to say of that.
      if (what.type !== 'present' && number !== speaker.lines) throw outOfTurn(speaker, number)
      this.taker.word?.(vu, run, what)
      return
    }
    if (!isReceipt(what) || !isArm(arm)) throw broken('a receipt without its fact', line)
    inTurn(speaker, number)
    this.taker.receipt(vu, run, arm, what)
  }
}

const outOfTurn = ({ vu, lines }: Speaker, number: number): UserError =>
  new UserError(
    `What k6 printed is not whole: of VU ${vu}, ${lines} samples and receipts are there where it had written ${number}.`,
    {
      hint: 'Send the whole load again. k6 loses lines where it cannot write them: see its own log. Lines that are there twice were copied.',
      exit: exitCode.failed,
      reason: 'k6_stream_broken',
    },
  )

/** Samples and receipts of a VU are numbered from 1. */
function inTurn(speaker: Speaker, number: number): void {
  speaker.lines += 1
  if (number !== speaker.lines) throw outOfTurn(speaker, number)
}

const isArm = (arm: unknown): arm is Arm => arm === 'control' || arm === 'candidate'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Counts of a VU come whole or not at all: its own script wrote them.
const isWord = (what: unknown): what is StreamWord =>
  isObject(what) && Number.isFinite(what['at']) && (what['type'] === 'present' || isFromWorker(what))

const isReceipt = (what: unknown): what is Receipt =>
  isObject(what) &&
  typeof what['kind'] === 'string' &&
  Number.isFinite(what['n']) &&
  Number.isFinite(what['at']) &&
  isObject(what['fact'])

function readWhole(line: string) {
  try {
    const { tags, metadata } = (
      JSON.parse(line) as {
        readonly data: { readonly tags: Record<string, string>; readonly metadata: { readonly s: string } }
      }
    ).data
    const [run = '', number = ''] = metadata.s.split(',', 2)
    const what: unknown = JSON.parse(metadata.s.slice(run.length + number.length + 2))
    return { vu: Number(tags.vu), run: Number(run), number: Number(number), arm: tags.arm, what }
  } catch {
    throw broken('a receipt that is no JSON', line)
  }
}
