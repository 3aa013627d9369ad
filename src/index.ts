// The door for people who write scenarios and contracts. Light: it is imported by every worker.
export { scenario, call, effect } from './scenario/define.js'
export { atLeast, atMost, between } from './scenario/bounds.js'
export { burst, closed, constant, inOrder, open, phase, ramp, spike, surge, trace } from './scenario/loads.js'
export { micros, minutes, ms, perSecond, seconds } from './model/time.js'
export type { Micros, PerSecond } from './model/time.js'
export type { Arrivals, Load, Phase } from './model/load.js'
export type {
  Answer,
  Bounds,
  Budgets,
  Call,
  Channel,
  ChannelOptions,
  Crowd,
  Dataset,
  DataShape,
  Element,
  Entity,
  Json,
  JsonObject,
  Page,
  PageOptions,
  Profile,
  RowContext,
  Scenario,
  ScenarioDefinition,
  Shows,
  StepArguments,
  Steps,
  Tolerance,
  Vu,
} from './model/scenario.js'
export type {
  ChannelOperation,
  Contract,
  ContractSettings,
  HttpOperation,
  Invariant,
  KeyOf,
  Offender,
  Operation,
  PrepareTools,
  Probe,
  Receipt,
  RedisOperation,
  RedisStore,
  RequestTools,
  Sql,
  Told,
  TruthTools,
  ViewOperation,
} from './model/contract.js'
export type { ConfigFile } from './config/file.js'
