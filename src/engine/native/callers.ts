import { keyOf } from '../../binding/contract.js'
import { UserError } from '../../model/errors.js'
import type { Plan, PlanArm } from '../../model/plan.js'
import type { Connections } from './connections.js'
import { httpCaller } from './http/caller.js'
import type { HttpPool } from './http/pool.js'
import type { Inputs } from './inputs.js'
import { redisCaller } from './redis.js'
import type { Caller } from './reply.js'

/** One caller a step of the scenario, bound to one arm. Throws `UserError` for an operation that the contract lacks. */
export async function callersOf(
  plan: Plan,
  inputs: Inputs,
  arm: PlanArm,
  pools: readonly HttpPool[],
  connections: Connections,
): Promise<Readonly<Record<string, Caller>>> {
  const { contract, scenario, tools } = inputs
  const callers: Record<string, Caller> = {}
  for (const [step, call] of Object.entries(scenario.steps)) {
    const operation = contract.operations[call.operation]
    if (operation === undefined) {
      throw new UserError(
        `Step "${step}" calls the operation "${call.operation}", which the contract "${contract.name}" does not have.`,
        {
          hint: `It has: ${Object.keys(contract.operations).join(', ')}.`,
        },
      )
    }
    callers[step] =
      operation.kind === 'http'
        ? httpCaller(operation, tools, plan.headers, pools)
        : redisCaller(operation, keyOf(contract), await connections.redisOf(arm))
  }
  return callers
}
