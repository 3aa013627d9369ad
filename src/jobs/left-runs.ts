import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrendInput } from '../compare/trend.js'
import { loadOf } from '../compare/units.js'
import { judgeHealth } from '../health/judge.js'
import type { Run } from '../model/artefact.js'
import { messageOf, UserError } from '../model/errors.js'
import { isGroup, readGroup } from '../store/index.js'
import { shortestMedian } from './judge.js'
import { selfTestFolder } from './self-test.js'
import { sessionOf } from './session.js'

/** Reports hold scenarios, those of `baseline record` a folder a session in between. */
const deepest = 3

/**
 * Candidates of the runs and gates whose reports lie in a folder, as sessions. Left out, with a sentence each: what did not end, cannot
 * be read, or had a generator that fell behind; and what had a fault planted, which is no build; and what was sent a part of its load. Throws `UserError` when there is no folder.
 */
export async function leftRuns(
  folder: string,
): Promise<{ readonly inputs: readonly TrendInput[]; readonly leftOut: readonly string[] }> {
  const inputs: TrendInput[] = []
  const leftOut: string[] = []
  for (const group of await groupsIn(folder, deepest)) {
    try {
      const { control, candidate } = await readGroup(group)
      const why = candidate === undefined ? 'it has no candidate' : unfit(candidate)
      if (candidate === undefined || why !== undefined) {
        leftOut.push(`${group} is left out: ${why}`)
        continue
      }
      const beside = control === undefined ? 'nothing' : 'control'
      inputs.push({ session: sessionOf('', candidate), from: 'run', beside, releases: [] })
    } catch (error) {
      leftOut.push(`${group} is left out: ${messageOf(error)}`)
    }
  }
  return { inputs, leftOut }
}

function unfit(run: Run): string | undefined {
  if (run.file.end?.status !== 'complete') return 'the run did not end as it should'
  if (/ --plant[ =]/.test(run.file.repeat)) return 'a fault was planted into it'
  if ('proxy' in run.file.fingerprint.subject) return 'a proxy stood before it, to slow it down or not'
  if (loadOf(run) < 1) return 'only a part of its load was sent, and other load is no other build'
  const health = judgeHealth(run.file.units, shortestMedian(run))
  return health.state === 'invalid' ? `its generator fell behind (${health.reasons.join('; ')})` : undefined
}

async function groupsIn(folder: string, depth: number): Promise<readonly string[]> {
  const found: string[] = []
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(`${folder} cannot be read as a folder of reports: ${messageOf(error)}.`, {
      hint: 'Name the folder in which `vge-perf gate` and `vge-perf run` put their reports, such as reports.',
      reason: 'no_report',
      cause: error,
    })
  })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() || entry.name === selfTestFolder) continue
    const inside = join(folder, entry.name)
    if (isGroup(inside)) found.push(inside)
    else if (depth > 1) found.push(...(await groupsIn(inside, depth - 1)))
  }
  return found
}
