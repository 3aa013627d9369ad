import type { InvariantResult, Run } from '../model/artefact.js'
import { unweighed } from '../model/invariants.js'
import type { Finding } from './findings.js'
import { plural } from './words.js'

export interface Truth {
  readonly invariants: readonly InvariantResult[]
  /** Not checked, and waived by name. */
  readonly waived: readonly string[]
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
}

/** Invariants that a scenario promised. One broken event is enough; one that nobody checked is no pass unless it was waived by name. */
export function judgeTruth(candidate: Run, control: Run | undefined, waive: readonly string[]): Truth {
  const invariants = believed(candidate)
  const ofControl = control === undefined ? [] : believed(control)
  const elsewhere = new Set(ofControl.filter((one) => one.status === 'broken').map((one) => one.name))
  const broken = invariants.filter((one) => one.status === 'broken')
  const unchecked = [
    ...new Set(invariants.filter((one) => one.status === 'not_checked').map((one) => one.name)),
  ]
  const waived = unchecked.filter((name) => waive.includes(name))
  const open = unchecked.filter((name) => !waive.includes(name))
  const sentence = `${plural(open.length, 'invariant was', 'invariants were')} not checked: ${open.join(', ')}`
  const alone = [...elsewhere].filter((name) => !broken.some((one) => one.name === name))
  return {
    invariants,
    waived,
    findings: [
      ...broken.map((one): Finding => ({
        outcome: 'broken',
        reason: 'invariant_broken',
        sentence: said(one, elsewhere.has(one.name)),
      })),
      ...(open.length === 0
        ? []
        : [{ outcome: 'inconclusive', reason: 'invariants_not_checked', sentence } as const]),
    ],
    warnings: alone.map((name) => `${name} is broken in the control, and holds in the candidate`),
  }
}

/** How many invariants held, each counted once however many starts it was weighed on, and only if it was weighed on something. */
export function countHeld(invariants: readonly InvariantResult[], waived: readonly string[]): number {
  const idle = unweighed(invariants)
  const names = invariants.map(({ name }) => name)
  return new Set(names.filter((name) => !waived.includes(name) && !idle.has(name))).size
}

/** A run's results, with those that it promised and has not, and without what nobody could know. */
const believed = (run: Run): readonly InvariantResult[] =>
  withMissing(run).map((one) => unlessBlind(one, run))

/** What a worker of the generator had seen died with it: rows that nobody was told of are no fault of the target's then. */
function unlessBlind(one: InvariantResult, { file }: Run): InvariantResult {
  const blind = file.units.some(({ group, health }) => group === one.group && health.workersLost > 0)
  if (!blind || one.status === 'not_checked') return one
  const reason = 'a worker of the generator died on this start, and with it what it had seen'
  const { name, id, title, group } = one
  return { name, id, title, group, status: 'not_checked', reason, offenders: [], count: 0 }
}

/** Each promise is weighed on every start to which load was sent. */
function withMissing({ file }: Run): readonly InvariantResult[] {
  const found = new Set(file.invariants.map(({ name, group }) => `${group} ${name}`))
  const reason = 'the run recorded no result'
  const missing = startsOf(file).flatMap((group) =>
    file.promises.invariants
      .filter((name) => !found.has(`${group} ${name}`))
      .map((name): InvariantResult => ({
        name,
        id: name,
        title: name,
        group,
        status: 'not_checked',
        reason,
        offenders: [],
        count: 0,
      })),
  )
  return [...file.invariants, ...missing]
}

const startsOf = ({ units }: Run['file']): readonly number[] =>
  units.length === 0 ? [0] : [...new Set(units.map(({ group }) => group))]

function said({ name, offenders, count }: InvariantResult, also: boolean): string {
  const [first] = offenders
  const total = Math.max(count, offenders.length)
  const rest = total > 1 ? `, and ${total - 1} more` : ''
  const what = first === undefined ? name : `${first.what} (${first.id})${rest}, which breaks ${name}`
  return also ? `${what}; also in the control` : what
}
