import type { RedisOperation } from '../../model/contract.js'
import type { JsonObject } from '../../model/scenario.js'
import { isObject } from './json.js'
import { wordOf, type Reply } from './reply.js'

const text = (reply: unknown): string => {
  if (reply === null || reply === undefined) return 'nil'
  return typeof reply === 'string' ? reply : JSON.stringify(reply)
}

const jsonOf = (reply: string): JsonObject => {
  if (!reply.startsWith('{')) return { reply }
  try {
    const parsed: unknown = JSON.parse(reply)
    return isObject(parsed) ? parsed : { reply }
  } catch {
    return { reply }
  }
}

/** What a reply of Redis means. Throws what the contract's `answer` throws. */
export function redisAnswer(operation: RedisOperation, reply: unknown): Reply {
  const said = text(reply)
  return {
    kind: 'answered',
    answer: operation.answer === undefined ? said : wordOf(operation.answer(said)),
    json: jsonOf(said),
    status: undefined,
    edge: false,
    malformed: undefined,
  }
}
