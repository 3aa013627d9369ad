import type { Call, JsonObject } from '../../model/scenario.js'
import type { Failure } from './errors.js'
import type { Reply } from './reply.js'

interface Judged {
  readonly outcome: string
  readonly failure: Failure | undefined
  readonly answer: string
  readonly json: JsonObject
}

const undeclared = (call: Call, reply: Extract<Reply, { kind: 'answered' }>): Failure => {
  const server = reply.status !== undefined && reply.status >= 500
  const declared = Object.keys(call.answers).join(', ')
  // Only the code of the error: the rest of an answer may hold a token.
  const code = typeof reply.json.error === 'string' ? ` It said "${reply.json.error.slice(0, 80)}".` : ''
  return {
    class: reply.edge ? 'edge' : 'target',
    reason: server ? `http_${reply.status}` : `undeclared_${reply.answer.slice(0, 40)}`,
    message: `${call.operation === undefined ? 'It' : `Operation "${call.operation}"`} answered ${reply.answer.slice(0, 80)}; declared are ${declared}.${code}`,
  }
}

/** What a reply means to a step, by the step's own declaration. An answer that is not declared is an error. */
export function judge(call: Call, reply: Reply): Judged {
  if (reply.kind !== 'answered')
    return { outcome: 'error', failure: reply.failure, answer: reply.failure.reason, json: {} }
  const { answer, json, malformed } = reply
  const outcome = Object.hasOwn(call.answers, answer) ? call.answers[answer] : undefined
  if (outcome === undefined) return { outcome: 'error', failure: undeclared(call, reply), answer, json }
  if (malformed === undefined) return { outcome, failure: undefined, answer, json }
  return {
    outcome: 'error',
    failure: { class: 'target', reason: 'malformed', message: malformed },
    answer,
    json,
  }
}
