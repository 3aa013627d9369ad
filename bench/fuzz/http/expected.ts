import type { HttpResponse } from '../../../src/engine/native/http/parser.js'
import type { Answer, Framing } from './answer.js'
import { isBodyless } from './written.js'

const contentOf = (framing: Framing): Buffer =>
  framing.kind === 'chunked'
    ? Buffer.concat(framing.chunks.map(({ bytes }) => bytes))
    : Buffer.from(framing.body)

export const bodyOf = (answer: Answer): Buffer =>
  isBodyless(answer) ? Buffer.alloc(0) : contentOf(answer.framing)

/** Whether only the end of the connection ends it. */
export function endsWithConnection(answer: Answer): boolean {
  return answer.framing.kind === 'close' && !isBodyless(answer)
}

/** Whether its connection may be used again when nothing stands behind it. Source: RFC 9112 §9.3. */
export function persists(answer: Answer): boolean {
  const options = answer.connection
    .flatMap((value) => value.toLowerCase().split(','))
    .map((option) => option.trim())
  if (endsWithConnection(answer) || options.includes('close')) return false
  return answer.minor === 1 || options.includes('keep-alive')
}

const valuesOf = ({ lines }: Answer, name: string): string[] =>
  lines.filter((line) => line.name.toLowerCase() === name).map(({ value }) => value)

// A second content-type or location is a server's mistake, for which nothing is promised.
const only = (values: readonly string[]): string | undefined => (values.length === 1 ? values[0] : undefined)

/** What is wrong with a response that should be this answer, its `keepAlive` apart. */
export function difference(answer: Answer, { head, body }: HttpResponse): string | undefined {
  if (head.status !== answer.status) return `status ${head.status}, expected ${answer.status}`
  if (!body.equals(bodyOf(answer)))
    return `a body of ${body.length} bytes, expected others, ${bodyOf(answer).length}`
  const type = only(valuesOf(answer, 'content-type'))
  if (type !== undefined && head.contentType !== type.toLowerCase())
    return `content-type "${head.contentType}"`
  const location = only(valuesOf(answer, 'location'))
  if (location !== undefined && head.location !== location) return `location "${head.location}"`
  if (head.cookies.join('\n') !== valuesOf(answer, 'set-cookie').join('\n'))
    return `cookies ${head.cookies.join('; ')}`
  const by = [...valuesOf(answer, 'server'), ...valuesOf(answer, 'via')].find(
    (one) => !head.answeredBy.includes(one),
  )
  if (by !== undefined) return `answered by "${head.answeredBy}", expected "${by}" in it`
  return head.keepAliveFor === answer.timeout
    ? undefined
    : `kept for ${head.keepAliveFor}, expected ${answer.timeout}`
}
