import type { BenchLoad } from './load.js'

/** A journey of one step, `get`: GET of a path, in which `{n}` stands for the journey's number. */
export function getOf(path: string): Pick<BenchLoad, 'scenario' | 'contract'> {
  return {
    scenario: `export default {
  name: 'bench',
  steps: { get: { operation: 'get', answers: { 200: 'served' } } },
  row: ({ n }) => n,
  journey: async (vu, n) => { await vu.get({ n }) },
}`,
    contract: `export default {
  name: 'bench', keys: {}, figures: {},
  operations: { get: { kind: 'http', method: 'GET', path: ${JSON.stringify(path)} } },
}`,
  }
}
