import { readFileSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { applySettings } from '../../binding/contract.js'
import { requestTools } from '../../binding/request-tools.js'
import type { Contract, RequestTools } from '../../model/contract.js'
import { UserError } from '../../model/errors.js'
import type { ArrivalTable, Plan } from '../../model/plan.js'
import type { Dataset, Scenario } from '../../model/scenario.js'
import { isArray, isObject } from './json.js'

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

const wrong = (path: string, expected: string): UserError =>
  new UserError(`${path} is not what an engine expects: ${expected}.`, {
    hint: 'It is written by the plan; plan again.',
  })

// A file that was written anew is another file.
const stamp = (path: string): string => {
  const { mtimeMs, size } = statSync(path)
  return `${mtimeMs}-${size}`
}

const isTable = (value: unknown): value is ArrivalTable =>
  isObject(value) && isArray(value.at) && isArray(value.arm) && isArray(value.phase) && isArray(value.n)

const isDataset = (value: unknown): value is Dataset =>
  isObject(value) && Object.values(value).every((kind) => isArray(kind))

const isSecrets = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every((secret) => typeof secret === 'string')

const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' &&
  value !== null &&
  'steps' in value &&
  'journey' in value &&
  typeof value.journey === 'function'

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'operations' in value && 'keys' in value

const exportOf = async (path: string): Promise<unknown> => {
  const module: unknown = await import(`${pathToFileURL(path).href}?${stamp(path)}`)
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
}

const datasets = new Map<string, { readonly stamp: string; readonly dataset: Dataset }>()

const datasetOf = (path: string): Dataset => {
  const found = datasets.get(path)
  if (found?.stamp === stamp(path)) return found.dataset
  const dataset = readJson(path)
  if (!isDataset(dataset)) throw wrong(path, 'lists of entities by kind')
  datasets.set(path, { stamp: stamp(path), dataset })
  return dataset
}

/** All that a plan names by path, read. Modules and rows stay in memory between runs. */
export interface Inputs {
  readonly table: ArrivalTable
  readonly datasets: readonly Dataset[]
  readonly scenario: Scenario
  readonly contract: Contract
  readonly tools: RequestTools
}

/** Reads what the plan names. Throws `UserError` for a file that is not what it should be. */
export async function readInputs(plan: Plan): Promise<Inputs> {
  const table = readJson(plan.arrivalsFile)
  if (!isTable(table)) throw wrong(plan.arrivalsFile, 'columns at, arm, phase and n')
  const secrets = readJson(plan.secretsFile)
  if (!isSecrets(secrets)) throw wrong(plan.secretsFile, 'a record of strings')
  const scenario = await exportOf(plan.scenarioModule)
  if (!isScenario(scenario)) throw wrong(plan.scenarioModule, 'a scenario as its default export')
  const exported = await exportOf(plan.contractModule)
  if (!isContract(exported)) throw wrong(plan.contractModule, 'a contract as its default export')
  const contract = applySettings(exported, plan.settings)
  const current = new Set(plan.arms.map(({ rowsFile }) => rowsFile))
  for (const path of datasets.keys()) if (!current.has(path)) datasets.delete(path)
  return {
    table,
    datasets: plan.arms.map(({ rowsFile }) => datasetOf(rowsFile)),
    scenario,
    contract,
    tools: requestTools(secrets, contract.figures),
  }
}
