import { join } from 'node:path'
import { recordLine } from '../compare/next.js'
import { isAhead } from '../compare/sets.js'
import { trendHeadline } from '../compare/trend-headline.js'
import { trendLines, type TrendInput } from '../compare/trend.js'
import type { BaselineSession } from '../model/artefact.js'
import { exitCode, UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Trend } from '../model/trend.js'
import { trendPage } from '../report/html-trend.js'
import { fewestValues } from '../stats/change-points.js'
import { baselineNames, pinnedName, readSessions, releasesOf, writeAtomic } from '../store/index.js'
import { leftRuns } from './left-runs.js'

/** Of what is left out where nothing else can be said. */
const mostTold = 8

export interface TrendOptions {
  /** Folder of baselines. */
  readonly root: string
  /** The only one that there is, when absent. */
  readonly name?: string
  /** Folder of reports, whose runs join the sessions. */
  readonly reports?: string
  /** All of them, when empty. */
  readonly scenarios: readonly string[]
  readonly profile?: string
  /** Sessions of each line. */
  readonly last: number
  readonly now?: Date
}

/** Reads the sessions of a baseline, old ones too, draws lines through those of the same conditions, and says where they changed. */
export async function trend(options: TrendOptions): Promise<Trend> {
  const now = options.now ?? new Date()
  const name = options.name ?? (await onlyBaseline(options))
  const recorded = name === undefined ? [] : await recordedSessions(options.root, name)
  const left = options.reports === undefined ? { inputs: [], leftOut: [] } : await leftRuns(options.reports)
  const all = withoutTwins([...recorded, ...left.inputs])
  const ahead = all.filter(({ session }) => isAhead(session, now))
  const chosen = all.filter(
    (one) =>
      !ahead.includes(one) &&
      (options.scenarios.length === 0 || options.scenarios.includes(one.session.scenario)) &&
      (options.profile === undefined || options.profile === one.session.profile),
  )
  if (chosen.length === 0) throw nothingLeft(options, name, all, left.leftOut)
  const lines = trendLines(chosen, options.last)
  const found = trendHeadline(lines)
  const [first] = lines
  return {
    formatVersion: 1,
    tool: `vge-perf ${version()}`,
    ...(name === undefined ? {} : { baseline: name }),
    ...found,
    exit: found.outcome === 'too_few' ? exitCode.inconclusive : exitCode.pass,
    ...(found.outcome !== 'too_few' || first === undefined
      ? {}
      : { next: recordLine(name ?? 'main', first, Math.max(1, fewestValues - first.sessions.length)) }),
    fewest: fewestValues,
    lines,
    leftOut: [
      ...left.leftOut,
      ...ahead.map(
        ({ session }) =>
          `session ${session.session} of ${session.scenario} is left out: it says that it was recorded in the future, at ${session.recordedAt}`,
      ),
    ],
  }
}

/** Writes the page and `trend.json` into a folder. Returns the path of the page. */
export async function writeTrend(folder: string, found: Trend): Promise<string> {
  await writeAtomic(join(folder, 'trend.json'), `${JSON.stringify(found, undefined, 2)}\n`)
  const page = join(folder, 'index.html')
  await writeAtomic(page, trendPage(found))
  return page
}

async function onlyBaseline({ root, reports }: TrendOptions): Promise<string | undefined> {
  const [only, ...others] = await baselineNames(root)
  if (others.length === 0 && (only !== undefined || reports !== undefined)) return only
  if (only === undefined) {
    throw new UserError(`There is no baseline in ${root}.`, {
      hint: 'Record one: vge-perf baseline record main --sessions 8; or look at what gates have left: vge-perf trend --reports reports',
      reason: 'no_baseline',
    })
  }
  throw new UserError(`There are several baselines in ${root}: name one.`, {
    hint: `There are: ${[only, ...others].join(', ')}.`,
    reason: 'which_baseline',
  })
}

/** Those of the baseline and, where it was pruned since, of its releases. */
async function recordedSessions(root: string, name: string): Promise<readonly TrendInput[]> {
  const releases = new Map<string, string[]>()
  const pinned: BaselineSession[] = []
  for (const release of await releasesOf(root, name))
    for (const session of await readSessions(root, pinnedName(name, release))) {
      pinned.push(session)
      releases.set(key(session), [...(releases.get(key(session)) ?? []), release])
    }
  return [...(await readSessions(root, name)), ...pinned].map((session) => ({
    session,
    from: 'baseline',
    beside: 'nothing',
    releases: releases.get(key(session)) ?? [],
  }))
}

const key = ({ scenario, profile, session }: BaselineSession): string => `${scenario} ${profile} ${session}`

/** A session, its copy in a release and the report that it came from are one; the first one stays. */
function withoutTwins(inputs: readonly TrendInput[]): readonly TrendInput[] {
  const seen = new Set<string>()
  return inputs.filter(({ session }) => !seen.has(key(session)) && seen.add(key(session)))
}

function nothingLeft(
  { scenarios, profile, reports }: TrendOptions,
  name: string | undefined,
  all: readonly TrendInput[],
  leftOut: readonly string[],
): UserError {
  const asked = [...scenarios, ...(profile === undefined ? [] : [`profile ${profile}`])].join(', ')
  const found = [...new Set(all.map(({ session }) => `${session.scenario} (${session.profile})`))]
  const place = name === undefined ? (reports ?? '') : `baseline "${name}"`
  return new UserError(`There is no session${asked === '' ? '' : ` of ${asked}`} in ${place}.`, {
    hint: [
      found.length === 0 ? 'Nothing in it can be used.' : `There are: ${found.join(', ')}.`,
      ...leftOut.slice(0, mostTold).map((one) => `${one}.`),
      ...(leftOut.length > mostTold ? [`… and ${leftOut.length - mostTold} more are left out.`] : []),
    ].join('\n  '),
    // Where something was measured that cannot be used, it is not the command that is wrong.
    ...(found.length === 0 && leftOut.length > 0 ? { exit: exitCode.inconclusive } : {}),
    reason: 'no_sessions',
  })
}
