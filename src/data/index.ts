import type { Config } from '../model/config.js'
import { adapters, type Prepared, type PrepareOptions } from './adapters.js'

export { storeHost } from './store-host.js'
export { connectStores, type OpenStores } from './stores.js'
export type { Prepared, PrepareOptions } from './adapters.js'

/** Makes the rows that a scenario wants, by the configured adapter. Throws `UserError` when they cannot be had. */
export function prepareData(data: Config['data'], options: PrepareOptions): Promise<Prepared> {
  return data.adapter === 'sql' ? adapters.sql(data, options) : adapters.file(data, options)
}
