import { fill } from '../../binding/contract.js'
import type { HttpOperation } from '../../model/contract.js'
import { UserError } from '../../model/errors.js'
import type { StepArguments } from '../../model/scenario.js'
import { encodeForm } from '../../phoenix/live/form-encoding.js'

// What needs no encoding in a path; most ids are such.
const plain = /^[\w.~-]*$/

const encoded = (value: string): string => (plain.test(value) ? value : encodeURIComponent(value))

/** Fills `{names}` of a path. Throws `UserError` for one that was not given. */
function pathWriter(path: string): (args: StepArguments) => string {
  const [start = '', ...rest] = path.split(/\{(\w+)\}/)
  if (rest.length === 0) return () => start
  return (args) => {
    let text = start
    for (let index = 0; index < rest.length; index += 2) {
      const value = args[rest[index] ?? '']
      if (typeof value === 'number') text += value
      else if (typeof value === 'string') text += encoded(value)
      else return fill(path, args)
      text += rest[index + 1] ?? ''
    }
    return text
  }
}

/** Path and query of an operation's requests. Throws `UserError` for a missing argument. */
export function targetWriter({ path, query }: HttpOperation): (args: StepArguments) => string {
  const pathOf = pathWriter(path)
  if (query === undefined) return pathOf
  return (args) => {
    const written = encodeForm(Object.entries(query(args)))
    return written === '' ? pathOf(args) : `${pathOf(args)}?${written}`
  }
}

/** Value of the `authorization` header; undefined when the operation needs none. Throws `UserError` for a token that was not given. */
export function bearerOf({ auth, path }: HttpOperation, args: StepArguments): string | undefined {
  if (auth === undefined) return undefined
  const token = args[auth]
  if (typeof token === 'string') return `Bearer ${token}`
  throw new UserError(`An operation at ${path} needs the token "${auth}", but it was not given.`, {
    hint: `Given: ${Object.keys(args).join(', ') || 'nothing'}.`,
  })
}

/** Headers that every request has; those of the plan go over them. */
export const usualHeaders = {
  'user-agent': 'vge-perf',
  accept: 'application/json',
  'accept-encoding': 'identity',
}
