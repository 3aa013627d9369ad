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

/** Writes requests of one operation. Throws what the contract throws, and `UserError` for a missing argument. */
export function requestWriter(
  operation: HttpOperation,
  tools: RequestTools,
  always: Readonly<Record<string, string>>,
): (origin: Origin, args: StepArguments, more?: Readonly<Record<string, string>>) => RequestText {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const fixed = headers({ 'user-agent': 'vge-perf', accept: 'application/json', ...always })
  const pathOf = (args: StepArguments): string => {
    const parts: Record<string, string> = {}
    for (const name of names) {
      const value = args[name]
      if (typeof value === 'string' || typeof value === 'number') parts[name] = encodeURIComponent(value)
    }
    const query = operation.query === undefined ? '' : new URLSearchParams(operation.query(args)).toString()
    return fill(operation.path, parts) + (query === '' ? '' : `?${query}`)
  }
  const bearer = (args: StepArguments): string => {
    if (operation.auth === undefined) return ''
    const token = args[operation.auth]
    if (typeof token !== 'string') {
      throw new UserError(
        `An operation at ${operation.path} needs the token "${operation.auth}", but it was not given.`,
        {
          hint: `Given: ${Object.keys(args).join(', ') || 'nothing'}.`,
        },
      )
    }
    return headerLine('authorization', `Bearer ${token}`)
  }
  return (origin, args, more = {}) => {
    const body = operation.body === undefined ? '' : JSON.stringify(operation.body(args, tools))
    const signed = operation.headers === undefined ? '' : headers(operation.headers(body, args, tools))
    const length = Buffer.byteLength(body)
    const typed = body === '' ? '' : 'content-type: application/json\r\n'
    const sized = body === '' && operation.method === 'GET' ? '' : `content-length: ${length}\r\n`
    const path = origin.prefix + pathOf(args)
    const head = `${operation.method} ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n${fixed}${bearer(args)}${headers(more)}${signed}${typed}${sized}\r\n`
    return { text: head + body, bytes: Buffer.byteLength(head) + length, path }
  }
}
