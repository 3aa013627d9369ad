import { UserError } from '../../model/errors.js'
import type { HttpOperation, RedisOperation } from '../../model/contract.js'
import type { Plan } from '../../model/plan.js'
import type { Inputs } from './inputs.js'
import type { LiveBinding } from './live/binding.js'
import type { Node } from './live/node.js'
import type { Caller } from './reply.js'

/** How an engine reaches one arm. */
export interface Means {
  readonly http: (operation: HttpOperation) => Caller
  /** Throws `UserError` when the arm has no Redis, or this engine cannot talk to one. */
  readonly redis: (operation: RedisOperation) => Caller | Promise<Caller>
  readonly nodes: readonly Node[]
}

/** Steps of a scenario bound to one arm: those that are called, and those that open a page or join a topic. */
export interface Bindings {
  readonly callers: Readonly<Record<string, Caller>>
  readonly live: Readonly<Record<string, LiveBinding>>
}

/** Binds the steps of the scenario to one arm. Throws `UserError` for an operation that the contract lacks. */
export async function bindSteps(
  { headers, timeout }: Plan,
  { contract, scenario }: Inputs,
  { http, redis, nodes }: Means,
): Promise<Bindings> {
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
    if (operation.kind === 'http') callers[step] = http(operation)
    else if (operation.kind === 'redis') callers[step] = await redis(operation)
    else if (operation.kind === 'view') live[step] = { nodes, headers, timeout, kind: 'view', operation }
    else live[step] = { nodes, headers, timeout, kind: 'channel', operation }
  }
  return { callers, live }
}
