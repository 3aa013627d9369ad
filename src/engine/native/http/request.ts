import { fill } from '../../../binding/contract.js'
import { UserError } from '../../../model/errors.js'
import type { HttpOperation, RequestTools } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { headerLine } from './header-line.js'
import type { Origin } from './origin.js'

/** A request's text and its length in bytes. */
export interface RequestText {
  readonly text: string
  readonly bytes: number
  /** Path and query, behind the origin's own prefix. */
  readonly path: string
}

const headers = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((text, [name, value]) => text + headerLine(name, value), '')

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

/** Writes requests of one operation. Throws what the contract throws, and `UserError` for a missing argument. */
export function requestWriter(
  operation: HttpOperation,
  tools: RequestTools,
  always: Readonly<Record<string, string>>,
): (origin: Origin, args: StepArguments, more?: Readonly<Record<string, string>>) => RequestText {
  const { method, query, auth } = operation
  const fixed = headers({
    'user-agent': 'vge-perf',
    accept: 'application/json',
    'accept-encoding': 'identity',
    ...always,
  })
  const pathOf = pathWriter(operation.path)
  const queryOf = (args: StepArguments): string => {
    const written = query === undefined ? '' : new URLSearchParams(query(args)).toString()
    return written === '' ? '' : `?${written}`
  }
  const bearer = (args: StepArguments): string => {
    if (auth === undefined) return ''
    const token = args[auth]
    if (typeof token !== 'string') {
      throw new UserError(
        `An operation at ${operation.path} needs the token "${auth}", but it was not given.`,
        {
          hint: `Given: ${Object.keys(args).join(', ') || 'nothing'}.`,
        },
      )
    }
    return headerLine('authorization', `Bearer ${token}`)
  }
  return (origin, args, more) => {
    const body = operation.body === undefined ? '' : JSON.stringify(operation.body(args, tools))
    const signed = operation.headers === undefined ? '' : headers(operation.headers(body, args, tools))
    const typed = body === '' ? '' : 'content-type: application/json\r\n'
    const sized = body === '' && method === 'GET' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`
    const path = origin.prefix + pathOf(args) + queryOf(args)
    const added = more === undefined ? '' : headers(more)
    const text = `${method} ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n${fixed}${bearer(args)}${added}${signed}${typed}${sized}\r\n${body}`
    return { text, bytes: Buffer.byteLength(text), path }
  }
}
