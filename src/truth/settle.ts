import { setTimeout as sleep } from 'node:timers/promises'
import { keyOf } from '../binding/contract.js'
import type { Contract, Receipt, Stores } from '../model/contract.js'
import type { Dataset } from '../model/scenario.js'
import { ms, type Micros } from '../model/time.js'
import { bothStores, missingStores } from './stores.js'
import { within } from './within.js'

/** Waiting ended because all was quiet, or at the bound with what still moved. */
type Settled = { readonly quiet: true } | { readonly quiet: false; readonly moving: string }

const pause = 100

/** Polls the contract's `quiet` until nothing moves, at most `bound`. Without Postgres and Redis it cannot be seen. */
export async function settle(options: {
  readonly contract: Contract
  readonly stores: Stores
  readonly dataset: Dataset
  readonly receipts: readonly Receipt[]
  readonly bound: Micros
  readonly signal?: AbortSignal
}): Promise<Settled> {
  const { contract, stores, dataset, receipts, bound, signal } = options
  const missing = missingStores(stores, ['sql', 'redis'])
  if (missing.length > 0) return { quiet: false, moving: `cannot be seen without ${missing.join(' and ')}` }
  const tools = {
    receipts,
    dataset,
    key: keyOf(contract),
    figures: contract.figures,
    underLoad: true,
    ...bothStores(stores),
  }
  const end = performance.now() + bound / ms(1)
  for (;;) {
    const left = Math.max(pause, end - performance.now())
    const moving = await within(left, contract.data.quiet(tools), 'the stores, which did not answer')
    if (moving === undefined) return { quiet: true }
    if (performance.now() >= end || signal?.aborted === true) return { quiet: false, moving }
    await sleep(pause)
  }
}
