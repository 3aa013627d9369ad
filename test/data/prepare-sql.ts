import contract from '../../contract/index.js'
import { type Prepared, prepareData } from '../../src/data/index.js'
import type { DataShape } from '../../src/model/scenario.js'
import type { TestStores } from '../truth/stores.js'

const tools = { secrets: {}, figures: {}, now: () => 0, hmacSha256: () => '' }

/** Rows by our contract's SQL; nobody has to log in. */
export const prepareSql = ({ stores }: Pick<TestStores, 'stores'>, shape: DataShape): Promise<Prepared> =>
  prepareData(
    { adapter: 'sql' },
    { contract, stores, shape, seed: 'seed', login: { url: '', headers: {}, tools } },
  )
