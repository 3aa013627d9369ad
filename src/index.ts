// The door for people who write scenarios and contracts. Light: it is imported by every worker.
export { scenario, call } from './scenario/define.js'
export { atLeast, atMost, between } from './scenario/bounds.js'
export { burst, closed, constant, inOrder, open, phase, ramp, spike, trace } from './scenario/loads.js'
export { micros, minutes, ms, perSecond, seconds } from './model/time.js'
export type { Micros, PerSecond } from './model/time.js'
export type { Arrivals, Load, Phase } from './model/load.js'
export type {
  Answer,
  Bounds,
  Budgets,
  Call,
  Dataset,
  DataShape,
  Entity,
  Json,
  JsonObject,
  Profile,
  RowContext,
  Scenario,
  ScenarioDefinition,
  StepArguments,
  Steps,
  Tolerance,
  Vu,
} from './model/scenario.js'
export type {
  Contract,
  ContractSettings,
  HttpOperation,
  Invariant,
  KeyOf,
  Offender,
  Operation,
  PrepareTools,
  Receipt,
  RedisOperation,
  RedisStore,
  RequestTools,
  Sql,
  TruthTools,
} from './model/contract.js'
export type { ConfigFile } from './config/file.js'
