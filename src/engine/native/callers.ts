import { keyOf } from '../../binding/contract.js'
import { UserError } from '../../model/errors.js'
import type { Plan, PlanArm } from '../../model/plan.js'
import type { Connections } from './connections.js'
import { httpCaller } from './http/caller.js'
import type { HttpPool } from './http/pool.js'
import type { Inputs } from './inputs.js'
import type { LiveBinding } from './live/binding.js'
import { redisCaller } from './redis.js'
import type { Caller } from './reply.js'

/** Steps of a scenario bound to one arm: those that are called, and those that open a page or join a topic. */
export interface Bindings {
  readonly callers: Readonly<Record<string, Caller>>
  readonly live: Readonly<Record<string, LiveBinding>>
}

/** Binds the steps of the scenario to one arm. Throws `UserError` for an operation that the contract lacks. */
export async function callersOf(
  plan: Plan,
  inputs: Inputs,
  arm: PlanArm,
  pools: readonly HttpPool[],
  connections: Connections,
): Promise<Bindings> {
  const { contract, scenario, tools } = inputs
  const callers: Record<string, Caller> = {}
  const live: Record<string, LiveBinding> = {}
  for (const [step, call] of Object.entries(scenario.steps)) {
    if (call.operation === undefined) continue
    const operation = contract.operations[call.operation]
    if (operation === undefined) {
      throw new UserError(
        `Step "${step}" calls the operation "${call.operation}", which the contract "${contract.name}" does not have.`,
        {
          hint: `It has: ${Object.keys(contract.operations).join(', ')}.`,
        },
      )
    }
    const bound = { pools, tools, headers: plan.headers, timeout: plan.timeout }
    if (operation.kind === 'http') callers[step] = httpCaller(operation, tools, plan.headers, pools)
    else if (operation.kind === 'redis')
      callers[step] = redisCaller(operation, keyOf(contract), await connections.redisOf(arm))
    else if (operation.kind === 'view') live[step] = { ...bound, kind: 'view', operation }
    else live[step] = { ...bound, kind: 'channel', operation }
  }
  return { callers, live }
}
