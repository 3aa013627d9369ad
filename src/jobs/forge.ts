import { appendFile, cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InvariantResult, Run, UnitReceipt } from '../model/artefact.js'
import type { Contract } from '../model/contract.js'
import { readGroup, writeAtomic } from '../store/index.js'
import { weigh } from '../truth/index.js'
import { winKinds } from '../compare/wins.js'
import { judgeFolder } from './judge.js'

/** One thing that was planted, and what the gate said of it. */
export interface Planted {
  readonly what: string
  readonly caught: boolean
  readonly said: string
}

/** Wins that are tried, one after the other, until a lie about one is found out. */
const mostTried = 3

/** Lies about a win: it was told twice, or told to two who differ in one thing (a seat with two holds, a hold with two buyers). */
function liesAbout(win: UnitReceipt): readonly UnitReceipt[] {
  return [
    win,
    ...Object.entries(win.fact).flatMap(([field, value]) =>
      typeof value === 'string' ? [{ ...win, fact: { ...win.fact, [field]: `${value}-forged` } }] : [],
    ),
  ]
}

/** Wins that a receipt was promised for; any other fact where there is none. */
function winsOf(run: Run): readonly UnitReceipt[] {
  const kinds = winKinds(run)
  const all = run.receipts()
  const wins = all.filter(({ kind }) => kinds.has(kind))
  return (wins.length > 0 ? wins : all).slice(0, mostTried)
}

/**
 * Adds a receipt that the target never gave to a copy of a measured scenario, and has it weighed and judged as every artefact is. For
 * targets in which nothing can be planted: what the stores hold is not asked, so only an invariant with a part on the wire can
 * tell. Returns a sentence where none has one, or the target gave no receipt.
 */
export async function forgeReceipts(
  group: string,
  options: { readonly contract: Contract; readonly copy: string; readonly waive: readonly string[] },
): Promise<Planted | string> {
  const { contract, copy, waive } = options
  const { candidate } = await readGroup(group)
  const names = candidate?.file.promises.invariants ?? []
  if (candidate === undefined) return 'a broken invariant: nothing was measured of the candidate'
  if (!names.some((name) => contract.invariants[name]?.wire !== undefined))
    return 'a broken invariant: none of them can be told from receipts alone'
  const wins = winsOf(candidate)
  if (wins.length === 0) return 'a broken invariant: the target gave no receipt that could be forged'
  // Of one fresh start, as a gate weighs them: another start may give the same names to other things.
  const groups = new Map(candidate.file.units.map(({ index, group: start }) => [index, start]))
  const start = groups.get(wins[0]?.unit ?? 0) ?? 0
  const weighed = (receipts: readonly UnitReceipt[]) =>
    weigh({
      contract,
      names,
      stores: {},
      receipts: receipts.filter(({ unit }) => groups.get(unit) === start),
      dataset: {},
      group: start,
    })
  const honest = candidate.receipts()
  const before = new Set(broken(await weighed(honest)))
  for (const lie of wins.flatMap(liesAbout)) {
    const minded = broken(await weighed([...honest, lie])).filter((name) => !before.has(name))
    if (minded.length === 0) continue
    await cp(group, copy, { recursive: true })
    await appendFile(join(copy, 'candidate', 'receipts.ndjson'), `${JSON.stringify(lie)}\n`)
    return judgedCopy(copy, lie, minded, { waive, weighed })
  }
  return {
    what: 'wins that were told twice',
    caught: false,
    said: `no invariant of ${candidate.file.scenario} minds them`,
  }
}

type Weighed = readonly InvariantResult[]

const broken = (results: Weighed): readonly string[] =>
  results.filter(({ status }) => status === 'broken').map(({ name }) => name)

/** Weighs what lies in the copy now, writes it where a run keeps it, and judges the copy: it is to say that what minds the lie is broken. */
async function judgedCopy(
  copy: string,
  lie: UnitReceipt,
  minded: readonly string[],
  how: {
    readonly waive: readonly string[]
    readonly weighed: (receipts: readonly UnitReceipt[]) => Promise<Weighed>
  },
): Promise<Planted> {
  const { waive, weighed } = how
  const { candidate } = await readGroup(copy)
  const path = join(copy, 'candidate', 'run.json')
  const invariants = await weighed(candidate?.receipts() ?? [])
  const file: object = JSON.parse(await readFile(path, 'utf8'))
  await writeAtomic(path, JSON.stringify({ ...file, invariants }))
  const { verdict } = await judgeFolder(copy, {
    mode: 'none',
    waive,
    noRegressionCheck: true,
    fresh: true,
    capReached: true,
  })
  return {
    what: `a forged receipt of kind ${lie.kind}`,
    caught: verdict.outcome === 'broken' && broken(verdict.invariants).some((name) => minded.includes(name)),
    said: `${verdict.outcome.toUpperCase()}  ${verdict.headline}`,
  }
}
