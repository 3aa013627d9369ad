import { readFileSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { requestTools } from '../../binding/request-tools.js'
import type { Plan } from '../../model/plan.js'
import type { Dataset } from '../../model/scenario.js'
import { contractOf, datasetOf, scenarioOf, secretsOf, tableOf, type Inputs } from '../journey/inputs.js'

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

// A file that was written anew is another file.
const stamp = (path: string): string => {
  const { mtimeMs, size } = statSync(path)
  return `${mtimeMs}-${size}`
}

const exportOf = async (path: string): Promise<unknown> => {
  const module: unknown = await import(`${pathToFileURL(path).href}?${stamp(path)}`)
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
}

const datasets = new Map<string, { readonly stamp: string; readonly dataset: Dataset }>()

const keptDataset = (path: string): Dataset => {
  const found = datasets.get(path)
  if (found?.stamp === stamp(path)) return found.dataset
  const dataset = datasetOf(readJson(path), path)
  datasets.set(path, { stamp: stamp(path), dataset })
  return dataset
}

/** Reads what a plan names; modules and rows stay in memory between runs. Throws `UserError` for a file that is not what it should be. */
export async function readInputs(plan: Plan): Promise<Inputs> {
  const table = tableOf(readJson(plan.arrivalsFile), plan.arrivalsFile)
  const secrets = secretsOf(readJson(plan.secretsFile), plan.secretsFile)
  const scenario = scenarioOf(await exportOf(plan.scenarioModule), plan.scenarioModule)
  const contract = contractOf(await exportOf(plan.contractModule), plan.contractModule, plan.settings)
  const current = new Set(plan.arms.map(({ rowsFile }) => rowsFile))
  for (const path of datasets.keys()) if (!current.has(path)) datasets.delete(path)
  return {
    table,
    datasets: plan.arms.map(({ rowsFile }) => keptDataset(rowsFile)),
    scenario,
    contract,
    tools: requestTools(secrets, contract.figures),
  }
}
