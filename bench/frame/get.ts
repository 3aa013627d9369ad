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

/**
 * A load that gets a generator ready: 2,000 requests a second at a path that is answered soon. The first 3 s of a worker are slower
 * than the rest: the compilers of V8 work on the same core.
 */
export function warmUp(url: string, seconds = 3, path = '/at-once/{n}'): BenchLoad {
  return { url, ...getOf(path), starts: Array.from({ length: 2_000 * seconds }, (_, n) => n * 500) }
}
