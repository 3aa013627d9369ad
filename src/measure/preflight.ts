import { fill } from '../binding/contract.js'
import type { Contract, HttpOperation } from '../model/contract.js'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import type { Dataset, JsonObject, StepArguments } from '../model/scenario.js'
import { bodyOf } from '../binding/body.js'
import type { ArmTarget } from './context.js'

const patience = 3_000
/** Bytes. Health and credentials are told in some hundred. */
const longest = 1_000_000

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const httpOperation = (contract: Contract, name: string): HttpOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'http')
    throw new UserError(`The contract's operation "${name}" is not bound to HTTP.`)
  return operation
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND') return 'no such host'
  return cause instanceof Error && cause.name === 'TimeoutError'
    ? `no answer within ${patience / 1_000} s`
    : messageOf(cause)
}

const address = (url: string, operation: HttpOperation, args: StepArguments): string =>
  url.replace(/\/+$/, '') + fill(operation.path, args)

/** Where a target is asked for its health. */
export const healthAddress = (contract: Contract, url: string): URL =>
  new URL(address(url, httpOperation(contract, contract.preflight.health), {}))

const ask = async (
  url: string,
  operation: HttpOperation,
  args: StepArguments,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly answer: string; readonly json: JsonObject }> => {
  const query =
    operation.query === undefined ? '' : `?${new URLSearchParams(operation.query(args)).toString()}`
  const token = operation.auth === undefined ? undefined : args[operation.auth]
  let response: Response
  try {
    response = await fetch(new URL(address(url, operation, args) + query), {
      method: operation.method,
      // A connection kept from an earlier question may have been closed while this process was busy judging.
      headers: {
        connection: 'close',
        ...headers,
        ...(typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}),
      },
      signal: AbortSignal.timeout(patience),
      redirect: 'manual',
    })
  } catch (error) {
    throw new UserError(`Cannot reach the target at ${url} (${reasonOf(error)}).`, {
      hint: 'Is it started? `vge-perf target up` starts the embedded platform; `--target URL` names another one.',
      exit: exitCode.failed,
      reason: 'target_down',
      cause: error,
    })
  }
  const parsed = await bodyOf(response, longest)
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined)
  const json = isObject(parsed) ? parsed : {}
  return { answer: operation.answer?.(response.status, json, args) ?? String(response.status), json }
}

/** Every node lives and is the platform of the contract. Throws `UserError`: exit 4 when it is down, 2 when it is another thing. */
export async function assertTarget(
  contract: Contract,
  target: Pick<ArmTarget, 'urls'>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const health = httpOperation(contract, contract.preflight.health)
  for (const url of target.urls) {
    const { answer, json } = await ask(url, health, {}, headers)
    const wrong = contract.preflight.recognise(answer, json)
    if (wrong === undefined) continue
    throw new UserError(
      `The target at ${url} is not the platform of contract "${contract.name}": ${wrong}.`,
      {
        hint: `Asked ${health.method} ${health.path}. Another path goes under \`settings.operations\` in vge-perf.config.ts.`,
        reason: 'wrong_target',
      },
    )
  }
}

/** The first buyer's credentials are taken. Throws `UserError`, exit 2, when the target refuses them. */
export async function assertCredentials(
  contract: Contract,
  target: ArmTarget,
  dataset: Dataset,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { operation, kind, refused } = contract.preflight.whoami
  const first = dataset[kind]?.[0]
  const [url] = target.urls
  if (first === undefined || url === undefined) return
  const whoami = httpOperation(contract, operation)
  const { answer } = await ask(url, whoami, { ...first, [whoami.auth ?? 'as']: first['token'] }, headers)
  if (!refused.includes(answer)) return
  throw new UserError(
    `The target at ${url} refuses the credentials of the first of ${kind} (it answered ${answer}).`,
    {
      hint: 'Are the rows, or the stores that they were written to, those of this target?',
      reason: 'wrong_credentials',
    },
  )
}
