import type { TrendLine, TrendMetric, TrendSession } from '../model/trend.js'
import { between, change, measure, none } from './format.js'
import type { Word } from './words.js'

/** How a figure stands after its last change. */
export function trendWord({ state, changes }: TrendMetric): Word {
  if (state === 'too_few') return { sign: '?', text: 'too few', tone: 'unsure' }
  const last = changes.at(-1)
  if (last === undefined) return { sign: '·', text: 'steady', tone: 'quiet' }
  return last.worse ? { sign: '✗', text: 'worse', tone: 'bad' } : { sign: '✓', text: 'better', tone: 'good' }
}

const rank = (metric: TrendMetric): number => ['✗', '✓', '·', '?'].indexOf(trendWord(metric).sign)

/** What became worse first, then what became better; equals keep their order. */
export const worstFiguresFirst = (metrics: readonly TrendMetric[]): readonly TrendMetric[] =>
  metrics.toSorted((a, b) => rank(a) - rank(b))

/** The first level and the last one, and the way between them; `–` where nothing changed. */
export function levels(metric: TrendMetric): {
  readonly was: string
  readonly is: string
  readonly by: string
} {
  const [first] = metric.changes
  const is = measure(metric.level ?? undefined, metric.unit)
  if (first === undefined || metric.level === null) return { was: none, is, by: none }
  const by = first.change.kind === 'ratio' ? change(metric.level / first.from - 1) : none
  return { was: measure(first.from, metric.unit), is, by }
}

/** Each change in a sentence: `+12 % (between +9 and +15 %) since 2026-11-02 04:00 (commit a1)`. */
export function changeSentences(metric: TrendMetric, line: TrendLine): readonly string[] {
  return metric.changes.map(({ change: by, from, to, at, until }) => {
    const said =
      by.kind === 'ratio'
        ? `${change(by.mean)} (${between(by.low, by.high)})`
        : `from ${measure(from, metric.unit)} to ${measure(to, metric.unit)}`
    const end = until === undefined ? '' : `, until ${moment(line.sessions[until])}`
    return `${said} since ${moment(line.sessions[at])}${end}`
  })
}

/** When a session was recorded, in UTC, and of which build, where that is known. */
export function moment(session: TrendSession | undefined): string {
  if (session === undefined) return none
  const build = buildOf(session)
  return `${dateOf(session)}${build === '' ? '' : ` (${build})`}`
}

export const dateOf = ({ recordedAt }: TrendSession): string => recordedAt.slice(0, 16).replace('T', ' ')

/** `version 1.4, commit a1b2c3`; empty where neither was recorded. */
export const buildOf = ({ subject: { version, commit } }: TrendSession): string =>
  [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 12)}`]),
  ].join(', ')

/** Where a session comes from and what it is for. */
export const roleOf = ({ from, promoted, releases }: TrendSession): string =>
  [
    from === 'run' ? 'left by a run' : promoted ? 'promoted' : 'recorded',
    ...releases.map((release) => `pinned as ${release}`),
  ].join(', ')

/** `checkout (ci)`, with how it was measured where a control shared the load. */
export const lineName = ({ scenario, profile, beside }: TrendLine): string =>
  `${scenario} (${profile})${beside === 'control' ? ', in turns with a control' : ''}`
