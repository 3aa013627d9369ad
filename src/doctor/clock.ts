import type { Condition } from '../model/condition.js'
import { bodyOf } from '../binding/body.js'
import { duration } from '../report/format.js'
import { ok, warning } from './states.js'

/** How far another clock is ahead of ours, milliseconds: the truth lies within `within` of `offset`. */
export interface ClockReading {
  /** Whose clock, and how it was read, as a sentence begins. */
  readonly of: string
  readonly offset: number
  readonly within: number
  /** What is too far, for a clock read in this way. */
  readonly limit: number
}

/** Deliveries are counted from the server's stamp, in milliseconds. */
const fine = 10
/** Some servers write the second into `Date` that they looked up up to a second ago, so nearer it does not tell. */
const coarse = 1_000

/** As the engine does: the wall clock when the process began, and the monotonic one since. */
const now = (): number => performance.timeOrigin + performance.now()

/** From the quickest of some looks; `look` gives the other clock, milliseconds since 1970. Resolves with undefined when it tells none. */
export async function clockByAsking(
  of: string,
  look: () => Promise<number>,
  looks = 9,
): Promise<ClockReading | undefined> {
  let best: ClockReading | undefined
  for (let turn = 0; turn < looks; turn += 1) {
    const before = now()
    const there = await look()
    const after = now()
    const within = (after - before) / 2
    if (Number.isFinite(there) && within < (best?.within ?? Infinity))
      best = { of, offset: there - (before + after) / 2, within, limit: fine }
  }
  return best
}

/** An answer's `Date`, and when it was asked for and had, milliseconds since 1970. */
export interface Dated {
  readonly asked: number
  readonly had: number
  readonly date: number
}

/**
 * What whole seconds tell together: each says that the other clock was between `date` and `date` + 1 s at some instant between asking and
 * having, and the answers around a change of the second say it most narrowly. Undefined without answers.
 */
export function clockByDates(of: string, dates: readonly Dated[]): ClockReading | undefined {
  if (dates.length === 0) return undefined
  const least = Math.max(...dates.map(({ date, had }) => date - had))
  const most = Math.min(...dates.map(({ date, asked }) => date + 1_000 - asked))
  // A server that changes its second late contradicts itself by that much.
  return { of, offset: (least + most) / 2, within: Math.abs(most - least) / 2, limit: coarse }
}

/** Bytes of an answer. */
const longest = 1_000_000

/** Asks for `Date` for a good second, so that it changes once. Ends early, with what there is, when an answer fails, has none or is too long. */
export async function readDates(
  ask: (signal: AbortSignal) => Promise<Response>,
  time = 1_200,
): Promise<readonly Dated[]> {
  const dates: Dated[] = []
  const begun = performance.now()
  const signal = AbortSignal.timeout(time + 1_000)
  while (performance.now() - begun < time) {
    const asked = now()
    const answer = await ask(signal).catch(() => undefined)
    const had = now()
    const date = Date.parse(answer?.headers.get('date') ?? '')
    // Read to its end, so that the connection serves again.
    const whole = answer && (await bodyOf(answer, longest).catch(() => undefined))
    if (Number.isNaN(date) || whole === undefined) break
    dates.push({ asked, had, date })
    await new Promise((resolve) => setTimeout(resolve, time / 20))
  }
  return dates
}

const shown = ({ of, offset, within }: ClockReading): string =>
  `${of} ${duration(Math.abs(offset) * 1_000)} ${offset < 0 ? 'behind' : 'ahead'} (± ${duration(within * 1_000)})`

/** Warns of a clock that is surely farther off than the way in which it was read can tell. */
export function judgeClock(name: string, readings: readonly ClockReading[]): Condition {
  if (readings.length === 0)
    return ok(name, 'cannot be known: no answer had a `Date`, and no Postgres answered')
  const found = readings
    .toSorted((a, b) => a.limit - b.limit)
    .map(shown)
    .join('; ')
  const off = readings.some(({ offset, within, limit }) => Math.abs(offset) - within > limit)
  return off
    ? warning(
        name,
        `${found}; deliveries are counted from the server's stamp`,
        'Let both machines keep time by the same servers (`chronyc tracking` or `timedatectl timesync-status` shows it).',
      )
    : ok(name, found)
}
