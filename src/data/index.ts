import type { Config } from '../model/config.js'
import type { Dataset } from '../model/scenario.js'
import { adapters, cleanUp, lackOf, type Prepared, type PrepareOptions } from './adapters.js'

export { storeHost } from './store-host.js'
export { connectStores, type OpenStores } from './stores.js'
export type { Prepared, PrepareOptions } from './adapters.js'

/** Rows that were made before, by another process: what takes them away again, and what the stores lack of them, in words. */
export function preparedBefore(
  data: Config['data'],
  dataset: Dataset,
  options: Omit<PrepareOptions, 'shape' | 'login'>,
): Prepared & { readonly lacks: () => Promise<string | undefined> } {
  return {
    dataset,
    clean: () => cleanUp(data, dataset, options),
    lacks: () => lackOf(dataset, options),
  }
}

/** Makes the rows that a scenario wants, by the configured adapter. Throws `UserError` when they cannot be had. */
export function prepareData(data: Config['data'], options: PrepareOptions): Promise<Prepared> {
  return data.adapter === 'sql' ? adapters.sql(data, options) : adapters.file(data, options)
}
