import type { Goal } from '../frame/bench.js'
import { goalOf, markdown, number } from '../frame/table.js'
import type { CanaryEnd, Traffic } from './canary.js'
import type { Replayed } from './replays.js'
import { mayGate, wanted, wide, type Cell } from './spreads.js'

/** One figure of the verdict, and what it should be. */
export interface VerdictRow {
  readonly id: string
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly goal?: Goal
  /** Absent where there is no goal: for information. A figure that is not a number holds none. */
  readonly holds?: boolean
}

/** Goals of the verdict, shares in percent. Source: issue "The verdict", section "Measured quality". */
const goals = {
  alarms: { atMost: 0.05 },
  wideAlarms: { atMost: 0.5 },
  caught: { atLeast: 97 },
  pairs: { atMost: 6 },
  passed: { atMost: 1 },
  seconds: { atMost: 90 },
  canarySeconds: { atMost: 60 },
  canaryAlarms: { atMost: 0.1 },
} as const satisfies Record<string, Goal>

function row(id: string, what: string, value: number, unit: string, goal?: Goal): VerdictRow {
  if (goal === undefined) return { id, what, value, unit }
  const holds = 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
  return { id, what, value, unit, goal, holds }
}

const percent = (share: number): number => 100 * share
const change = `+${percent(wanted)} %`

/** Each kind of noise at its worst spread at which a metric may gate. A median of starts takes so many seconds each. */
export function noiseRows(cells: readonly Cell[], secondsAStart: number): readonly VerdictRow[] {
  const names = [...new Set(cells.map(({ noise }) => noise))]
  const figure = (
    id: string,
    what: string,
    unit: string,
    of: (cell: Cell) => number,
    worst: (...values: number[]) => number,
    goal?: Goal,
  ): readonly VerdictRow[] =>
    names.map((noise) => {
      const mine = cells.filter((cell) => cell.noise === noise && cell.sigma <= mayGate)
      return row(`${id}.${noise}`, what, worst(...mine.map(of)), unit, goal)
    })
  const { max, min } = Math
  return [
    ...figure(
      'alarms',
      'nothing changed: called a regression',
      '%',
      ({ same }) => percent(same.regression),
      max,
      goals.alarms,
    ),
    ...figure(
      'margin',
      'a change of exactly what is ignored: called a regression',
      '%',
      ({ margin }) => percent(margin.regression),
      max,
    ),
    ...figure(
      'caught',
      `${change}: called a regression`,
      '%',
      ({ worse }) => percent(worse.regression),
      min,
      goals.caught,
    ),
    ...figure(
      'pairs',
      `${change}: units to the decision, mean`,
      '',
      ({ worse }) => worse.units,
      max,
      goals.pairs,
    ),
    ...figure(
      'pairs-confirmed',
      `${change}: with those that confirm it`,
      '',
      ({ worse }) => worse.units + worse.confirmations,
      max,
    ),
    ...figure('passed', `${change}: passed`, '%', ({ worse }) => percent(worse.pass), max, goals.passed),
    ...figure('clean', 'nothing changed: passed', '%', ({ same }) => percent(same.pass), min),
    ...figure(
      'seconds',
      'nothing changed: time of a scenario until it passes, median',
      's',
      ({ same }) => same.startsToPass * secondsAStart,
      max,
      goals.seconds,
    ),
  ]
}

export const wideRow = (noise: string, share: number): VerdictRow =>
  row(
    `gate-alarms.${noise}`,
    `nothing changed in ${wide} metrics: any called a regression`,
    percent(share),
    '%',
    goals.wideAlarms,
  )

/** Real series. Asked of all is that none is called a regression with the margins of its scenario; the rest of those alone whose spread may gate. */
export function replayRows(replayed: readonly Replayed[]): readonly VerdictRow[] {
  const quiet = replayed.filter(({ pool }) => pool.sigma <= mayGate)
  const share = (some: readonly Replayed[], of: (one: Replayed) => number): number =>
    percent(some.reduce((sum, one) => sum + of(one) / some.length, 0))
  const sigmas = replayed.map(({ pool }) => percent(pool.sigma)).sort((a, b) => a - b)
  const of = (id: string, some: readonly Replayed[], where: string, asked: boolean): readonly VerdictRow[] =>
    some.length === 0
      ? []
      : [
          row(
            `replay.passed${id}`,
            `${change}${where}: passed`,
            share(some, ({ worse }) => worse.pass),
            '%',
            asked ? goals.passed : undefined,
          ),
          row(
            `replay.caught${id}`,
            `${change}${where}: called a regression`,
            share(some, ({ worse }) => worse.regression),
            '%',
            asked ? goals.caught : undefined,
          ),
        ]
  return [
    row('replay.metrics', 'real metrics that are replayed', replayed.length, ''),
    row(
      'replay.sigma',
      'the median spread of their units',
      sigmas[Math.floor(sigmas.length / 2)] ?? NaN,
      '%',
    ),
    row('replay.may-gate', `of them with a spread of at most ${percent(mayGate)} %`, quiet.length, ''),
    row(
      'replay.alarms',
      'nothing changed: called a regression',
      replayed.length === 0 ? NaN : share(replayed, ({ same }) => same.regression),
      '%',
    ),
    row(
      'replay.alarms.own',
      'the same with the margins of its scenario',
      replayed.length === 0 ? NaN : share(replayed, ({ own }) => own.regression),
      '%',
      goals.alarms,
    ),
    ...of('', replayed, '', false),
    ...of('.may-gate', quiet, ', where the spread may gate', true),
  ]
}

const trafficOf = ({ perSecond, part, hits, event }: Traffic, kind: string): string =>
  `${perSecond} requests/s, ${percent(part)} % of them to the canary, ${percent(hits)} % ${kind}${event > 1 ? `, ${event} at a time` : ''}`

/** Canaries that should be rolled back, by the time that it takes. */
export const canaryCaught = (
  id: string,
  kind: string,
  traffic: Traffic,
  end: CanaryEnd,
  asked: boolean,
): VerdictRow =>
  row(
    `canary.${id}`,
    `${traffic.times} times the ${kind} caught, median: ${trafficOf(traffic, kind)}`,
    end.median,
    's',
    asked ? goals.canarySeconds : undefined,
  )

/** Canaries that should not. */
export const canaryAlarms = (
  id: string,
  kind: string,
  traffic: Traffic,
  minutes: number,
  end: CanaryEnd,
): VerdictRow =>
  row(
    `canary-alarms.${id}`,
    `as many ${kind}, rolled back within ${minutes} minutes: ${trafficOf(traffic, kind)}`,
    percent(end.share),
    '%',
    goals.canaryAlarms,
  )

export function rowsTable(rows: readonly VerdictRow[]): string {
  return markdown(
    ['id', 'what', 'value', 'goal', ''],
    rows.map(({ id, what, value, unit, goal, holds }) => [
      id,
      what,
      `${number(value)} ${unit}`.trim(),
      goal === undefined ? '' : goalOf(goal),
      holds === undefined ? '' : holds ? 'holds' : 'MISSED',
    ]),
  )
}
