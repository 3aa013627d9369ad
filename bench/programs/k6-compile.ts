import { scriptOf } from '../../src/engine/k6/index.js'
import { readConfig } from '../../src/config/read.js'
import { openContract } from '../../src/measure/contract.js'
import { findScenarios } from '../../src/scenario/find.js'
import '../frame/until-parent-ends.js'

// `k6-compile`: makes the script of each scenario, one after the other, and says how long each took, milliseconds; the first with the
// loading of the compiler.

const config = await readConfig(undefined)
const { contract, module } = await openContract(config)
const took: Record<string, number> = {}
for (const { scenario, source } of await findScenarios([], undefined)) {
  const since = performance.now()
  await scriptOf({ scenario, source, contract, contractModule: module })
  took[scenario.name] = performance.now() - since
}
process.stdout.write(`${JSON.stringify(took)}\n`)
