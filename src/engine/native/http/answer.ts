import type { HttpOperation } from '../../../model/contract.js'
import type { JsonObject, StepArguments } from '../../../model/scenario.js'
import { isArray, isObject } from '../json.js'
import { wordOf, type Reply } from '../reply.js'
import type { HttpResponse } from './parser.js'

const parse = (text: string): JsonObject => {
  const parsed: unknown = JSON.parse(text)
  if (isArray(parsed)) return { data: parsed }
  if (!isObject(parsed)) return {}
  return isObject(parsed.data) ? parsed.data : parsed
}

const readBody = (response: HttpResponse): { json: JsonObject; malformed?: string } => {
  const { contentType, contentEncoding } = response.head
  if (response.body.length === 0 || (contentType !== '' && !contentType.includes('json'))) return { json: {} }
  if (contentEncoding !== '') {
    const malformed = `The body is encoded as "${contentEncoding.slice(0, 40)}", which was not asked for.`
    return { json: {}, malformed }
  }
  const text = response.body.toString('utf8')
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
): (response: HttpResponse, args: StepArguments) => Reply {
  const signature = new Signature()
  return (response, args) => {
    const { status, answeredBy } = response.head
    const { json, malformed } = readBody(response)
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
