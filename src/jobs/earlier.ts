import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { EarlierGate, Verdict } from '../model/verdict.js'
import { verdictIn } from './left-verdict.js'

/** Reports are named by their date: so many, the newest, are looked at. */
const mostLookedAt = 200

/**
 * Gates of the same commit whose reports lie beside this one, oldest first: each further try is one more chance of an answer that is
 * luck. Nothing where the candidate names no commit. What cannot be read is no verdict of anybody, and left out.
 */
export async function earlierGates(
  folder: string,
  { startedAt, candidate }: Pick<Verdict, 'startedAt' | 'candidate'>,
): Promise<readonly EarlierGate[]> {
  const commit = candidate['commit']
  if (commit === undefined) return []
  const own = resolve(folder)
  const beside = dirname(own)
  const all = await readdir(beside).catch(() => [])
  const names = all
    .filter((name) => join(beside, name) !== own)
    .toSorted()
    .slice(-mostLookedAt)
  const found: EarlierGate[] = []
  for (const name of names) {
    const one = await verdictIn(join(beside, name))
    // With a fault in it, it was no try of this build.
    if (one === undefined || !/^vge-perf gate\b/.test(one.repeat) || / --plant[ =]/.test(one.repeat)) continue
    if (one.candidate['commit'] === commit && one.startedAt < startedAt)
      found.push({ outcome: one.outcome, startedAt: one.startedAt, folder: join(beside, name) })
  }
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
}
