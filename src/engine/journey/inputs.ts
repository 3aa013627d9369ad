import { applySettings } from '../../binding/contract.js'
import type { Contract, ContractSettings, RequestTools } from '../../model/contract.js'
import { UserError } from '../../model/errors.js'
import type { ArrivalTable } from '../../model/plan.js'
import type { Dataset, Scenario } from '../../model/scenario.js'
import { isArray, isObject } from './json.js'

/** All that a plan names by path, read. */
export interface Inputs {
  readonly table: ArrivalTable
  /** In the order of the plan's arms. */
  readonly datasets: readonly Dataset[]
  readonly scenario: Scenario
  readonly contract: Contract
  readonly tools: RequestTools
}

const wrong = (path: string, expected: string): UserError =>
  new UserError(`${path} is not what an engine expects: ${expected}.`, {
    hint: 'It is written by the plan; plan again.',
  })

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

/** The arrivals that a file holds. This and the others throw `UserError` for what is none; `path` names where it came from. */
export function tableOf(value: unknown, path: string): ArrivalTable {
  if (!isTable(value)) throw wrong(path, 'columns at, arm, phase and n')
  return value
}

/** The rows that a file holds. */
export function datasetOf(value: unknown, path: string): Dataset {
  if (!isDataset(value)) throw wrong(path, 'lists of entities by kind')
  return value
}

/** The secrets that a file holds. */
export function secretsOf(value: unknown, path: string): Readonly<Record<string, string>> {
  if (!isSecrets(value)) throw wrong(path, 'a record of strings')
  return value
}

/** The scenario that a module exports. */
export function scenarioOf(value: unknown, path: string): Scenario {
  if (!isScenario(value)) throw wrong(path, 'a scenario as its default export')
  return value
}

/** The contract that a module exports, with the plan's settings laid over it. */
export function contractOf(value: unknown, path: string, settings: ContractSettings): Contract {
  if (!isContract(value)) throw wrong(path, 'a contract as its default export')
  return applySettings(value, settings)
}
