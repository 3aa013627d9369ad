import * as v from 'valibot'
import { fill } from '../binding/contract.js'
import type { Contract, RequestTools } from '../model/contract.js'
import { messageOf, UserError } from '../model/errors.js'
import type { Dataset, Entity } from '../model/scenario.js'
import { bodyOf } from '../binding/body.js'

/** Where and how to log in: the first node's address, what is sent with every request, tools of the contract. */
export interface LoginTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tools: RequestTools
}

const answerSchema = v.record(v.string(), v.unknown())
/** Bytes of an answer: a token is short. */
const longest = 1_000_000
const atOnce = 4

const ask = async (contract: Contract, target: LoginTarget, entity: Entity): Promise<string> => {
  const { operation: name, token } = contract.preflight.login
  const operation = contract.operations[name]
  if (operation?.kind !== 'http')
    throw new UserError(`The contract's login operation "${name}" is not an HTTP route.`)
  const url = new URL(target.url.replace(/\/+$/, '') + fill(operation.path, entity))
  const response = await fetch(url, {
    method: operation.method,
    headers: {
      connection: 'close',
      'content-type': 'application/json',
      accept: 'application/json',
      ...target.headers,
    },
    body: JSON.stringify(operation.body?.(entity, target.tools) ?? {}),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw new UserError(`Cannot log in at ${url.href} (${messageOf(error)}).`, {
      exit: 4,
      reason: 'target_unreachable',
    })
  })
  const said = await bodyOf(response, longest)
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined)
  const body = v.safeParse(answerSchema, said)
  const fields = body.success ? body.output : {}
  const inner = v.safeParse(answerSchema, fields.data)
  const found = (inner.success ? inner.output : fields)[token]
  if (typeof found !== 'string') {
    throw new UserError(
      `${String(entity.email)} cannot log in at ${url.href}: answer ${response.status}, expected a "${token}".`,
      { hint: 'Check email and password in the rows file.', reason: 'wrong_credentials' },
    )
  }
  return found
}

const needs = (entity: Entity): boolean =>
  entity.email !== undefined && entity.password !== undefined && entity.token === undefined

/** Gives a `token` to every entity that has an email and a password but none. Throws `UserError` when one is refused. */
export async function logIn(contract: Contract, target: LoginTarget, dataset: Dataset): Promise<Dataset> {
  const result: Record<string, Entity[]> = {}
  for (const [kind, entities] of Object.entries(dataset)) {
    const done = [...entities]
    for (let start = 0; start < done.length; start += atOnce) {
      const some = done.slice(start, start + atOnce)
      const tokens = await Promise.all(
        some.map((entity) => (needs(entity) ? ask(contract, target, entity) : Promise.resolve(undefined))),
      )
      tokens.forEach((token, index) => {
        const entity = some[index]
        // The password has done its work and need not travel to the engines.
        if (token !== undefined && entity !== undefined) done[start + index] = without(entity, token)
      })
    }
    result[kind] = done
  }
  return result
}

const without = (entity: Entity, token: string): Entity => {
  const { password: _, ...rest } = entity
  return { ...rest, token }
}
