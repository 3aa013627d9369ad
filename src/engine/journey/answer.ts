import type { HttpOperation } from '../../model/contract.js'
import type { JsonObject, StepArguments } from '../../model/scenario.js'
import { isArray, isObject } from './json.js'
import { wordOf, type Reply } from './reply.js'

const parse = (text: string): JsonObject => {
  const parsed: unknown = JSON.parse(text)
  if (isArray(parsed)) return { data: parsed }
  if (!isObject(parsed)) return {}
  return isObject(parsed.data) ? parsed.data : parsed
}

/** What the meaning of an answer depends on, of its head. */
export interface AnswerHead {
  readonly status: number
  readonly contentType: string
  /** How the body is encoded, `''` when it is not. */
  readonly contentEncoding: string
  /** `server` and `via` together: who answered. */
  readonly answeredBy: string
}

/** A string, or bytes in UTF-8 that give one when they are asked. */
interface Body {
  readonly length: number
  toString(): string
}

const readBody = (
  { contentType, contentEncoding }: AnswerHead,
  body: Body,
): { json: JsonObject; malformed?: string } => {
  if (body.length === 0 || (contentType !== '' && !contentType.includes('json'))) return { json: {} }
  if (contentEncoding !== '') {
    const malformed = `The body is encoded as "${contentEncoding.slice(0, 40)}", which was not asked for.`
    return { json: {}, malformed }
  }
  const text = body.toString()
  try {
    return { json: parse(text) }
  } catch {
    return { json: {}, malformed: `The body is not JSON: "${text.slice(0, 80)}".` }
  }
}

/** Tells answers of the target from those of a proxy before it, by what signs the target's usual answers. */
class Signature {
  private usual: string | undefined

  isEdge(status: number, answeredBy: string): boolean {
    if (status < 500) this.usual ??= answeredBy
    if (status === 502 || status === 504) return true
    return status === 503 && answeredBy !== '' && answeredBy !== (this.usual ?? answeredBy)
  }
}

/** Reads answers to one operation. Throws what the contract's `answer` throws, and when it gives no string. Source: contract §4. */
export function answerReader(
  operation: HttpOperation,
): (head: AnswerHead, body: Body, args: StepArguments) => Reply {
  const signature = new Signature()
  return (head, body, args) => {
    const { status, answeredBy } = head
    const { json, malformed } = readBody(head, body)
    return {
      kind: 'answered',
      answer: operation.answer === undefined ? String(status) : wordOf(operation.answer(status, json, args)),
      json,
      status,
      edge: signature.isEdge(status, answeredBy),
      malformed,
    }
  }
}
