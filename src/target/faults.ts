import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { compiled } from '../model/package.js'

const faultSchema = v.object({
  name: v.string(),
  summary: v.string(),
  example: v.string(),
  value: v.optional(v.object({ accepted: v.string(), usual: v.string() })),
})

/** A fault that the reference platform can be planted with. */
export type FaultSummary = Readonly<v.InferOutput<typeof faultSchema>>

/** Asks the platform's program which faults it knows. */
export async function listFaults(): Promise<readonly FaultSummary[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    compiled('platform/main.js'),
    '--list-faults',
  ])
  return v.parse(v.array(faultSchema), JSON.parse(stdout))
}

/** Says so when a `NAME[=VALUE]` names no fault. */
export async function assertFaults(words: readonly string[]): Promise<void> {
  if (words.length === 0) return
  const known = (await listFaults()).map(({ name }) => name)
  for (const word of words) {
    const name = word.split('=', 1)[0] ?? ''
    if (known.includes(name)) continue
    throw new UserError(`There is no fault "${name}".`, {
      hint: `There are: ${known.join(', ')}. See \`vge-perf target faults\`.`,
      reason: 'unknown_fault',
    })
  }
}

const ask = async (url: string, method: string, body?: object): Promise<unknown> => {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw new UserError(`The control port of the target does not answer (${messageOf(error)}).`, {
      exit: exitCode.failed,
      reason: 'target_down',
    })
  })
  const said: unknown = await response.json().catch(() => undefined)
  if (response.ok) return said
  const parsed = v.safeParse(v.object({ error: v.string(), message: v.optional(v.string()) }), said)
  throw new UserError(
    parsed.success
      ? (parsed.output.message ?? parsed.output.error)
      : `The platform answered ${response.status}.`,
    {
      hint: 'See `vge-perf target faults` for names and values.',
      reason: 'fault_refused',
    },
  )
}

const plantedSchema = v.object({
  faults: v.array(v.object({ name: v.string(), planted: v.boolean(), value: v.optional(v.string()) })),
})

/** What is planted on any node, as `NAME` or `NAME=VALUE`. */
export async function plantedFaults(control: readonly string[]): Promise<readonly string[]> {
  const words = new Set<string>()
  for (const url of control) {
    const { faults } = v.parse(plantedSchema, await ask(`${url}/faults`, 'GET'))
    for (const { name, planted, value } of faults)
      if (planted) words.add(value === undefined ? name : `${name}=${value}`)
  }
  return [...words]
}

/** Plants `NAME[=VALUE]` on every node. */
export async function plantFault(control: readonly string[], word: string): Promise<void> {
  await assertFaults([word])
  const [name = '', ...rest] = word.split('=')
  for (const url of control) {
    await ask(`${url}/faults/${name}`, 'PUT', rest.length === 0 ? {} : { value: rest.join('=') })
  }
}

/** Takes one fault away on every node, or all of them. */
export async function clearFaults(control: readonly string[], name: string | undefined): Promise<void> {
  for (const url of control)
    await ask(name === undefined ? `${url}/faults` : `${url}/faults/${name}`, 'DELETE')
}
