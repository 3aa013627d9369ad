import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { EarlierGate, Verdict } from '../model/verdict.js'
import { verdictIn, type LeftVerdict } from './left-verdict.js'

/** Reports are named by their date where nothing else is said: so many, the last by name, are looked at. */
const mostLookedAt = 200

/** A gate that compares, of the build as it is: with a fault in it, it was no try of this build. */
const isTry = ({ repeat, outcome }: LeftVerdict): boolean =>
  /^vge-perf gate\b/.test(repeat) &&
  !/ --(?:plant[ =]|no-regression-check\b)/.test(repeat) &&
  // To try again is what these call for.
  !['failed', 'interrupted'].includes(outcome)

interface Asked extends Pick<Verdict, 'startedAt' | 'candidate'> {
  readonly scenarios: LeftVerdict['scenarios']
}

/**
 * Gates of the same commit, and of one of these scenarios at the same profile, whose reports lie beside this one, oldest first: each
 * further try is one more chance of an answer that is luck. Nothing where the candidate names no commit. What cannot be read is no
 * verdict of anybody, and left out.
 */
export async function earlierGates(folder: string, asked: Asked): Promise<readonly EarlierGate[]> {
  const commit = asked.candidate['commit']
  if (commit === undefined) return []
  const key = ({ scenario, profile }: Asked['scenarios'][number]): string => `${scenario} ${profile}`
  const same = new Set(asked.scenarios.map(key))
  const beside = dirname(folder)
  const all = await readdir(beside).catch(() => [])
  const others = all.filter((name) => resolve(beside, name) !== resolve(folder))
  const found: EarlierGate[] = []
  for (const name of others.toSorted().slice(-mostLookedAt)) {
    const one = await verdictIn(join(beside, name)).catch(() => undefined)
    if (one === undefined || one.candidate['commit'] !== commit || one.startedAt >= asked.startedAt) continue
    if (isTry(one) && one.scenarios.some((scenario) => same.has(key(scenario))))
      found.push({ outcome: one.outcome, startedAt: one.startedAt, folder: join(beside, name) })
  }
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
}
