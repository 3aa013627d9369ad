import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { exitCode, messageOf, UserError } from '../../model/errors.js'
import type { LaidLoad } from '../../model/plan.js'
import { endedOf, type Ended } from '../conduct/lost-target.js'
import type { FromWorker } from '../journey/messages.js'
import { Lines } from './lines.js'
import type { Present } from './orders.js'
import { SampleReader, year, type StreamWord, type Taker } from './samples.js'

type Done = Extract<FromWorker, { type: 'done' }> & { readonly at: number }
/** What tells whether a target was lost, of each arm, at an instant. */
interface Going {
  readonly at: number
  readonly arms: readonly Ended[]
}

/** What one VU said of one plan. */
interface Said {
  readonly going: Going[]
  done: Done | undefined
}

/** One VU of a load that was sent elsewhere. */
export interface SentVu {
  readonly vu: number
  readonly file: string
  readonly present: Present
  /** By number of the plan. */
  readonly said: Map<number, Said>
}

/** What all programs sent back that a load was sent by. */
export interface SentBack {
  readonly load: LaidLoad
  readonly folder: string
  readonly files: readonly string[]
  readonly vus: readonly SentVu[]
  /** Microseconds since 1970. */
  readonly startAt: number
}

const again = 'Send the whole load again, into an empty folder of samples: `vge-perf compile` lays it anew.'

/** Files of samples in a folder and below it. Throws `UserError` for one that is no file: a pipe would be waited for without end. */
function samplesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const files = statSync(folder).isDirectory()
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(json|ndjson)(\.gz)?$/.test(name))
        .toSorted()
        .map((name) => join(folder, name))
    : [folder]
  const strange = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
  if (strange === undefined) return files
  throw new UserError(`${strange} is no file that samples could be in.`, {
    exit: exitCode.failed,
    reason: 'segment_cut',
    hint: 'Take it away. Where it is a link, copy what it leads to.',
  })
}

/** Reads a file of k6's JSON lines, packed or not, without holding it. Throws `UserError` (exit 4) for one that is cut short, or none. */
export async function readSamples(file: string, taker: Taker): Promise<void> {
  const reader = new SampleReader(taker)
  const lines = new Lines((line) => reader.take(line))
  let fault: unknown
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      try {
        lines.feed(chunk)
        done()
      } catch (error) {
        fault = error
        done(error as Error)
      }
    },
  })
  const source = createReadStream(file, { highWaterMark: 262_144 })
  try {
    await (file.endsWith('.gz') ? pipeline(source, createGunzip(), sink) : pipeline(source, sink))
  } catch (error) {
    if (error instanceof UserError)
      throw error.message.includes(file)
        ? error
        : new UserError(`${file}: ${error.message}`, {
            exit: exitCode.failed,
            reason: error.reason,
            hint: error.hint ?? again,
          })
    // Of whoever takes the samples, and no matter of the file.
    if (fault !== undefined) throw fault
    throw new UserError(`${file} cannot be read to its end: ${messageOf(error)}.`, {
      exit: exitCode.failed,
      reason: 'segment_cut',
      hint: copied,
    })
  }
  if (lines.open > 0)
    throw new UserError(`${file} ends within a line.`, {
      exit: exitCode.failed,
      reason: 'segment_cut',
      hint: copied,
    })
}

const copied =
  'Was it copied before its program had ended? Copy it again. If the program died, send the whole load again.'

/**
 * Finds out whether everything of a load is there, once: as many files as programs (`expect`, where it is known), each VU in one of
 * them, each with its last word. Throws `UserError`, exit 4 (3 for programs that did not begin together), naming file and VU.
 */
export async function readSentBack(
  folder: string,
  load: LaidLoad,
  samples: string,
  expect: number | undefined,
): Promise<SentBack> {
  const files = samplesIn(samples)
  if (files.length === 0)
    throw new UserError(`There is no file of samples in ${samples}.`, {
      exit: exitCode.failed,
      reason: 'segment_missing',
      hint: `k6 writes one with --out json=${samples}/1.ndjson.gz; each program one of its own.`,
    })
  if (expect !== undefined && files.length !== expect)
    throw new UserError(
      `${expect} programs were to send the load, but ${samples} holds ${files.length} files of samples: ${files.join(', ')}.`,
      {
        exit: exitCode.failed,
        reason: files.length < expect ? 'segment_missing' : 'segment_double',
        hint:
          files.length < expect
            ? 'Copy those that are missing. If one was lost, send the whole load again.'
            : 'Take away those that are not of this load.',
      },
    )
  const found = new Map<number, SentVu>()
  for (const file of files) await readWords(file, load, found)
  const vus = [...found.values()]
  const workers = vus[0]?.present.workers ?? 0
  const missing = Array.from({ length: workers }, (_, vu) => vu).filter((vu) => !found.has(vu))
  if (missing.length > 0)
    throw new UserError(
      `Of ${workers} VUs ${missing.length} are in none of the files: ${missing.join(', ')}.`,
      {
        exit: exitCode.failed,
        reason: 'segment_missing',
        hint: 'Copy the files that are missing. If a segment was not run, send the whole load again.',
      },
    )
  for (const { vu, file, said } of vus)
    for (const plan of load.plans.keys())
      if (said.get(plan)?.done === undefined)
        throw new UserError(`${file} ends before VU ${vu} was done.`, {
          exit: exitCode.failed,
          reason: 'segment_cut',
          hint: copied,
        })
  assertTogether(vus)
  return { load, folder, files, vus, startAt: vus[0]?.present.startAt ?? 0 }
}

async function readWords(file: string, load: LaidLoad, found: Map<number, SentVu>): Promise<void> {
  let words = 0
  const stranger = (vu: number, run: number): UserError =>
    new UserError(`${file} has samples of VU ${vu} and plan ${run}, which are not of this file.`, {
      exit: exitCode.failed,
      reason: 'segment_double',
      hint: `Two files were joined, or lines are missing at its beginning. ${again}`,
    })
  const hear = (vu: number, run: number, word: StreamWord): void => {
    words += 1
    if (word.type === 'present') {
      enter(vu, file, word, load, found)
      return
    }
    if (word.type === 'refused')
      throw new UserError(`${file}: ${word.message}`, {
        exit: exitCode.failed,
        reason: word.reason,
        hint: word.hint ?? again,
      })
    const one = found.get(vu)
    if (one === undefined || one.file !== file)
      throw new UserError(`${file}: VU ${vu} speaks before it began.`, {
        exit: exitCode.failed,
        reason: 'segment_cut',
        hint: copied,
      })
    const said = one.said.get(run) ?? { going: [], done: undefined }
    if (said.done !== undefined || load.plans[run] === undefined) throw stranger(vu, run)
    one.said.set(run, said)
    if (word.type === 'progress' || word.type === 'done')
      said.going.push({ at: word.at, arms: word.tallies.map(endedOf) })
    if (word.type === 'done') said.done = word
  }
  const known = (vu: number, run: number): void => {
    if (found.get(vu)?.file !== file || load.plans[run] === undefined) throw stranger(vu, run)
  }
  await readSamples(file, { sample: known, receipt: known, word: hear })
  if (words === 0)
    throw new UserError(`${file} has no word of a VU in it.`, {
      exit: exitCode.failed,
      reason: 'segment_cut',
      hint: `It is what k6 wrote of another script, or of none: see k6's own log of it.`,
    })
}

function enter(vu: number, file: string, present: Present, load: LaidLoad, found: Map<number, SentVu>): void {
  if (present.load !== load.id)
    throw new UserError(`${file} holds samples of another load (${present.load}; this is ${load.id}).`, {
      exit: exitCode.failed,
      reason: 'segment_of_another_load',
      hint: 'Take it away, or name the folder of its own load.',
    })
  if (present.made !== load.script)
    throw new UserError(
      `${file} was sent by another script (${present.made}) than the load was laid out for (${load.script}).`,
      { exit: exitCode.failed, reason: 'segment_of_another_load', hint: again },
    )
  const before = found.get(vu)
  if (before !== undefined)
    throw new UserError(
      before.file === file
        ? `${file} holds VU ${vu} twice: two programs wrote into it, or one went on with it.`
        : `${before.file} and ${file} both hold VU ${vu}: two programs had the same segment, and its load was sent twice.`,
      { exit: exitCode.failed, reason: 'segment_double', hint: again },
    )
  if (!isSensible(present))
    throw new UserError(`${file} says of VU ${vu} what no script of ours says.`, {
      exit: exitCode.failed,
      reason: 'k6_stream_broken',
      hint: again,
    })
  const workers = found.values().next().value?.present.workers ?? present.workers
  if (!Number.isInteger(vu) || vu < 0 || vu >= workers)
    throw new UserError(`${file} is of VU ${vu}, of ${workers}.`, {
      exit: exitCode.failed,
      reason: 'segment_double',
      hint: again,
    })
  if (present.workers !== workers)
    throw new UserError(
      `${file} is of a load shared by ${present.workers} VUs, and the files before it by ${workers}.`,
      { exit: exitCode.failed, reason: 'segment_double', hint: again },
    )
  found.set(vu, { vu, file, present, said: new Map() })
}

const mostWorkers = 100_000

const isSensible = ({ workers, startAt }: Present): boolean =>
  Number.isInteger(workers) &&
  workers > 0 &&
  workers <= mostWorkers &&
  Math.abs(startAt - Date.now() * 1_000) < year

function assertTogether(vus: readonly SentVu[]): void {
  const first = vus.toSorted((a, b) => a.present.startAt - b.present.startAt)
  const [earliest, latest] = [first[0], first.at(-1)]
  if (earliest === undefined || latest === undefined || earliest.present.startAt === latest.present.startAt)
    return
  const apart = (latest.present.startAt - earliest.present.startAt) / 1e6
  throw new UserError(
    `${latest.file} began ${apart} s after ${earliest.file}: that is another load than the one planned.`,
    {
      exit: exitCode.inconclusive,
      reason: 'segments_apart',
      hint: 'Send the whole load again. Clocks of the machines must agree; VGE_START (milliseconds since 1970) gives all of them one instant.',
    },
  )
}
