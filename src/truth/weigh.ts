import { setTimeout as sleep } from 'node:timers/promises'
import { keyOf } from '../binding/contract.js'
import type { InvariantResult } from '../model/artefact.js'
import type { Contract, Invariant, Offender, Receipt, Stores, TruthTools } from '../model/contract.js'
import { messageOf, UserError } from '../model/errors.js'
import type { Dataset } from '../model/scenario.js'
import { seconds, type Micros } from '../model/time.js'
import { bothStores, missingStores } from './stores.js'
import { within } from './within.js'

/** What is weighed: receipts of one arm and one fresh start against its stores. */
interface WeighOptions {
  readonly contract: Contract
  /** Names of invariants, as the scenario lists them. */
  readonly names: readonly string[]
  readonly stores: Stores
  readonly receipts: readonly Receipt[]
  readonly dataset: Dataset
  /** Number of the fresh start. */
  readonly group: number
  /** True while requests are in flight. Default false. */
  readonly underLoad?: boolean
  /** Longest wait for one invariant's stores. Default 30 s. */
  readonly bound?: Micros
}

const offendersShown = 20
const late = Symbol('late')
/** How every reason begins that is a store's, which may be well again later. */
const unanswered = 'the stores'

/** Whether an invariant was not checked because a store did not answer. */
export const isUnanswered = ({ status, reason = '' }: Pick<InvariantResult, 'status' | 'reason'>): boolean =>
  status === 'not_checked' && reason.startsWith(unanswered)

/** Under load a difference counts only when it is still there after this many milliseconds: it may have been in flight. */
const secondLook = 500

type Answered = { readonly offenders: readonly Offender[] } | { readonly reason: string }

type Store = NonNullable<Invariant['store']>

const read = async (store: Store, stores: Stores, tools: TruthTools): Promise<readonly Offender[]> => {
  const both = { ...tools, ...bothStores(stores) }
  const first = await store(both)
  if (first.length === 0 || !tools.underLoad) return first
  await sleep(secondLook)
  const again = new Set((await store(both)).map(({ id, what }) => `${id} ${what}`))
  return first.filter(({ id, what }) => again.has(`${id} ${what}`))
}

const look = async (
  invariant: Invariant,
  stores: Stores,
  tools: TruthTools,
  bound: Micros,
): Promise<Answered> => {
  if (invariant.store === undefined) return { offenders: [] }
  const missing = missingStores(stores, invariant.needs)
  if (missing.length > 0) return { reason: `needs ${missing.join(' and ')}, which this target does not name` }
  try {
    const offenders = await within(bound / 1_000, read(invariant.store, stores, tools), late)
    return offenders === late
      ? { reason: `${unanswered} did not answer within ${bound / 1_000_000} s` }
      : { offenders }
  } catch (error) {
    return { reason: `${unanswered} could not be read: ${messageOf(error)}` }
  }
}

const weighOne = async (name: string, options: WeighOptions, tools: TruthTools): Promise<InvariantResult> => {
  const invariant = options.contract.invariants[name]
  if (invariant === undefined) {
    throw new UserError(`The contract has no invariant "${name}".`, {
      hint: `It has: ${Object.keys(options.contract.invariants).join(', ')}.`,
    })
  }
  const head = { name, id: invariant.id, title: invariant.title, group: options.group }
  const onTheWire = invariant.wire?.(tools) ?? []
  const bound = options.bound ?? seconds(30)
  const answered = await look(invariant, options.stores, tools, bound)
  const offenders = [...onTheWire, ...('offenders' in answered ? answered.offenders : [])]
  if (offenders.length > 0) {
    return {
      ...head,
      status: 'broken',
      offenders: offenders.slice(0, offendersShown),
      count: offenders.length,
    }
  }
  const reason = 'reason' in answered ? answered.reason : invariant.blind?.(tools)
  if (reason !== undefined) return { ...head, status: 'not_checked', reason, offenders: [], count: 0 }
  const looked = await countOf(invariant, options.stores, tools, bound)
  return { ...head, status: 'held', offenders: [], count: 0, ...(looked === undefined ? {} : { looked }) }
}

/** Never rejects: what held has held, also where nobody could count what it is about. */
const countOf = async (
  { about }: Invariant,
  stores: Stores,
  tools: TruthTools,
  bound: Micros,
): Promise<InvariantResult['looked']> => {
  if (about === undefined) return undefined
  const { what } = about
  const counting = async (): Promise<number> => about.count({ ...tools, ...bothStores(stores) })
  const count = await within(bound / 1_000, counting(), undefined).catch(() => undefined)
  return count === undefined ? undefined : { what, count }
}

/**
 * Weighs receipts against the stores, one result a name, in their order. The wire part always counts; without its
 * stores, or when they do not answer in time, an invariant that its wire part does not break is `not_checked`.
 * Throws `UserError` for a name that the contract does not have.
 */
export async function weigh(options: WeighOptions): Promise<InvariantResult[]> {
  const tools: TruthTools = {
    receipts: options.receipts,
    dataset: options.dataset,
    key: keyOf(options.contract),
    figures: options.contract.figures,
    underLoad: options.underLoad ?? false,
  }
  const results: InvariantResult[] = []
  for (const name of options.names) results.push(await weighOne(name, options, tools))
  return results
}
