import type { Trend, TrendChange, TrendLine, TrendMetric, TrendSession } from '../model/trend.js'
import { fewestValues } from '../stats/change-points.js'
import { change, figure, plural } from './words.js'

interface Found {
  readonly line: TrendLine
  readonly metric: TrendMetric
  readonly change: TrendChange
}

const words = { worse: 'WORSE', better: 'BETTER', steady: 'STEADY', too_few: 'TOO FEW' } as const

const isEnough = ({ metrics }: TrendLine): boolean => metrics.some(({ state }) => state !== 'too_few')

/**
 * What a trend comes to, and the one sentence that says so. Of each scenario and profile the newest line with sessions enough speaks.
 * `lines` come newest first.
 */
export function trendHeadline(lines: readonly TrendLine[]): Pick<Trend, 'outcome' | 'headline'> {
  const kinds = new Map<string, TrendLine[]>()
  for (const line of lines) {
    const kind = `${line.scenario} ${line.profile}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), line])
  }
  const told = (outcome: Trend['outcome'], sentence: string): Pick<Trend, 'outcome' | 'headline'> => ({
    outcome,
    headline: `${words[outcome]}  ${sentence}`,
  })
  const enough = [...kinds.values()].flatMap((kind) => kind.find(isEnough) ?? [])
  if (enough.length === 0) return told('too_few', tooFew(lines))
  const changes = enough
    .flatMap((line) =>
      line.metrics.flatMap((metric) => metric.changes.map((one) => ({ line, metric, change: one }))),
    )
    .toSorted(byWeight)
  const [first, ...rest] = changes
  const short = [...kinds.values()].flatMap(([newest]) =>
    newest === undefined || isEnough(newest) ? [] : [newest.scenario],
  )
  const also =
    short.length === 0
      ? ''
      : `; too few sessions under the newest conditions: ${[...new Set(short)].join(', ')}`
  if (first === undefined) {
    const figures = enough.flatMap(({ metrics }) => metrics.filter(({ state }) => state === 'steady')).length
    const sizes = enough.map(({ sessions }) => sessions.length)
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
    return told(
      'steady',
      `no lasting change in ${plural(figures, 'figure')} over ${least === most ? '' : `${least} to `}${plural(most, 'session')}${also}`,
    )
  }
  const more = rest.length === 0 ? '' : `; ${plural(rest.length, 'further change')} in the table`
  const lasting = first.change.until === undefined
  return told(
    lasting ? (first.change.worse ? 'worse' : 'better') : 'steady',
    changeSentence(first) + more + also,
  )
}

/** What still stands comes first, of that what is worse, of that the largest. */
function byWeight(a: Found, b: Found): number {
  const rank = ({ change: { until, worse } }: Found): number =>
    (until === undefined ? 0 : 2) + (worse ? 0 : 1)
  const size = ({ change: { change: by } }: Found): number =>
    by.kind === 'ratio' ? Math.abs(Math.log1p(by.mean)) : Math.abs(by.mean)
  return rank(a) - rank(b) || size(b) - size(a)
}

function tooFew(lines: readonly TrendLine[]): string {
  const [longest, ...others] = lines.toSorted((a, b) => b.sessions.length - a.sessions.length)
  if (longest === undefined) return 'there is no session to look at'
  return `${longest.scenario} (${longest.profile}) has ${plural(longest.sessions.length, 'session')} measured under the same conditions, and ${fewestValues} are needed to see a change${others.length === 0 ? '' : '; no other line has more'}`
}

/** `checkout: whole p50 rose by 10 %, from 4.13 ms to 4.55 ms, between … and …, and has stayed there for 14 sessions`. */
export function changeSentence({ line, metric, change: found }: Found): string {
  const { sessions } = line
  const rose = found.to > found.from ? 'rose' : 'fell'
  const by = found.change.kind === 'ratio' ? ` by ${change(found.change.mean).slice(1)},` : ''
  const levels = `from ${level(found.from, metric)} to ${level(found.to, metric)}`
  const end = found.until ?? sessions.length
  const stayed = metric.values.slice(found.at, end).filter((value) => value !== null).length
  const last =
    found.until === undefined
      ? `and has stayed there for ${plural(stayed, 'session')}`
      : `and stayed there for ${plural(stayed, 'session')}, until ${moment(sessions[found.until])}`
  return `${line.scenario}: ${metric.name} ${rose}${by} ${levels}, between ${moment(sessions[found.before])} and ${moment(sessions[found.at])}, ${last}`
}

/** Times with three digits: between two of them a reader may calculate. */
function level(value: number, { unit }: TrendMetric): string {
  if (unit !== 'us' || value < 1_000) return figure(value, unit)
  const [scaled, name] = value < 1_000_000 ? [value / 1_000, 'ms'] : [value / 1_000_000, 's']
  return `${Number(scaled.toPrecision(3))} ${name}`
}

/** `2026-11-02 04:00 (commit a1b2c3)`: when, in UTC, and of which build where that was recorded. */
function moment(session: TrendSession | undefined): string {
  if (session === undefined) return '?'
  const { version, commit } = session.subject
  const build = [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 12)}`]),
  ].join(', ')
  return `${session.recordedAt.slice(0, 16).replace('T', ' ')}${build === '' ? '' : ` (${build})`}`
}
