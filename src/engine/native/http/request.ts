import type { HttpOperation, RequestTools } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { bearerOf, targetWriter, usualHeaders } from '../../journey/request.js'
import { headerLine } from './header-line.js'
import type { Origin } from './origin.js'

/** A request's text and its length in bytes. */
export interface RequestText {
  readonly text: string
  readonly bytes: number
  /** Path and query, with the origin's own prefix. */
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
  const { method } = operation
  const fixed = headers({ ...usualHeaders, ...always })
  const targetOf = targetWriter(operation)
  return (origin, args, more) => {
    const body = operation.body === undefined ? '' : JSON.stringify(operation.body(args, tools))
    const signed = operation.headers === undefined ? '' : headers(operation.headers(body, args, tools))
    const typed = body === '' ? '' : 'content-type: application/json\r\n'
    const sized = body === '' && method === 'GET' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`
    const path = origin.prefix + targetOf(args)
    const bearer = bearerOf(operation, args)
    const allowed = bearer === undefined ? '' : headerLine('authorization', bearer)
    const added = more === undefined ? '' : headers(more)
    const text = `${method} ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n${fixed}${allowed}${added}${signed}${typed}${sized}\r\n${body}`
    return { text, bytes: Buffer.byteLength(text), path }
  }
}
