import type { Contract, ContractSettings, HttpOperation, KeyOf, Operation } from '../model/contract.js'
import { UserError } from '../model/errors.js'

type Settings = NonNullable<ContractSettings['operations']>[string]

const may: Readonly<Record<Operation['kind'], readonly (keyof Settings)[]>> = {
  http: ['path', 'method'],
  view: ['path', 'socket'],
  channel: ['topic', 'socket'],
  redis: [],
}

const isMethod = (method: string): method is HttpOperation['method'] =>
  ['GET', 'POST', 'PUT', 'DELETE'].includes(method)

const override = (operation: Operation, name: string, set: Settings): Operation => {
  const allowed = may[operation.kind]
  const strange = Object.keys(set).find((part) => !allowed.some((one) => one === part))
  if (strange !== undefined) {
    throw new UserError(
      `Settings give operation "${name}" a ${strange}, but the contract binds it to ${operation.kind}.`,
      {
        hint:
          allowed.length === 0
            ? 'Set its key under `settings.keys`.'
            : `It may be given: ${allowed.join(' and ')}.`,
      },
    )
  }
  const { method } = set
  if (method !== undefined && !isMethod(method)) {
    throw new UserError(`Settings give operation "${name}" the method "${method}".`, {
      hint: 'One of GET, POST, PUT, DELETE.',
    })
  }
  // Only parts of its own kind are left in `set`.
  return Object.assign({}, operation, set)
}

const known = (what: string, given: object | undefined, names: object): void => {
  for (const name of Object.keys(given ?? {})) {
    if (!(name in names)) {
      throw new UserError(`Settings name the ${what} "${name}", which the contract does not have.`, {
        hint: `It has: ${Object.keys(names).join(', ')}.`,
      })
    }
  }
}

/** A contract with a user's settings laid over it. Throws `UserError` for a name that the contract does not have. */
export function applySettings(contract: Contract, settings: ContractSettings): Contract {
  known('operation', settings.operations, contract.operations)
  known('key', settings.keys, contract.keys)
  known('figure', settings.figures, contract.figures)
  const operations = Object.fromEntries(
    Object.entries(contract.operations).map(([name, operation]) => {
      const set = settings.operations?.[name]
      return [name, set === undefined ? operation : override(operation, name, set)]
    }),
  )
  return {
    ...contract,
    operations,
    keys: { ...contract.keys, ...settings.keys },
    figures: { ...contract.figures, ...settings.figures },
  }
}

/** Fills `{name}` in a template; every name must be given. */
export function fill(template: string, parts: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parts[name]
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new UserError(`"${template}" needs {${name}}, but it was not given.`, {
        hint: `Given: ${Object.keys(parts).join(', ') || 'nothing'}.`,
      })
    }
    return String(value)
  })
}

/** The contract's Redis keys by name. */
export function keyOf(contract: Contract): KeyOf {
  return (name, parts) => {
    const template = contract.keys[name]
    if (template === undefined) throw new UserError(`The contract has no Redis key "${name}".`)
    return fill(template, parts)
  }
}
