import { keyOf } from '../binding/contract.js'
import type { Config } from '../model/config.js'
import type { Contract, PrepareTools, Stores } from '../model/contract.js'
import { UserError } from '../model/errors.js'
import type { DataShape, Dataset } from '../model/scenario.js'
import { logIn, type LoginTarget } from './login.js'
import { readRows } from './rows-file.js'

/** What an adapter may use to make rows. */
export interface PrepareOptions {
  readonly contract: Contract
  readonly stores: Stores
  readonly shape: DataShape
  readonly seed: string
  readonly login: LoginTarget
}

/** Rows, and what takes them away again. */
export interface Prepared {
  readonly dataset: Dataset
  readonly clean: () => Promise<void>
}

type Adapters = {
  readonly [Name in Config['data']['adapter']]: (
    settings: Extract<Config['data'], { adapter: Name }>,
    options: PrepareOptions,
  ) => Promise<Prepared>
}

const toolsOf = ({ contract, stores, seed }: Omit<PrepareOptions, 'shape' | 'login'>): PrepareTools => {
  if (stores.sql === undefined) {
    throw new UserError('Data cannot be prepared: the target names no Postgres.', {
      hint: "Name it with --postgres, or set `postgres` for this target in vge-perf.config.ts, or use data: { adapter: 'file', file: … }.",
    })
  }
  return { sql: stores.sql, redis: stores.redis, key: keyOf(contract), figures: contract.figures, seed }
}

const bySql: Adapters['sql'] = async (_, options) => {
  const { contract, shape } = options
  const tools = toolsOf(options)
  const dataset = await contract.data.prepare(shape, tools)
  return { dataset, clean: () => contract.data.clean(dataset, tools) }
}

/** Takes rows away that an adapter made; those of a file are its owner's. Throws `UserError` where there is no Postgres to take them from. */
export async function cleanUp(
  { adapter }: Config['data'],
  dataset: Dataset,
  options: Omit<PrepareOptions, 'shape' | 'login'>,
): Promise<void> {
  if (adapter === 'sql') await options.contract.data.clean(dataset, toolsOf(options))
}

/** What the stores lack of rows that were made before, in words; undefined where nothing is lacking, or nothing can be asked. */
export async function lackOf(
  dataset: Dataset,
  options: Omit<PrepareOptions, 'shape' | 'login'>,
): Promise<string | undefined> {
  if (options.stores.sql === undefined) return undefined
  return options.contract.data.lacks?.(dataset, toolsOf(options))
}

const byFile: Adapters['file'] = async (settings, { contract, shape, login }) => ({
  dataset: await logIn(contract, login, await readRows(settings.file, shape)),
  clean: async () => undefined,
})

/** How rows come to be: one line an adapter. */
export const adapters: Adapters = { sql: bySql, file: byFile }
