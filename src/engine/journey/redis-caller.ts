import type { KeyOf, RedisOperation } from '../../model/contract.js'
import type { JsonObject } from '../../model/scenario.js'
import { monotonic } from './clock.js'
import type { Failure } from './errors.js'
import { isObject } from './json.js'
import { timedOut } from './live/binding.js'
import { readSafely, wordOf, type Caller, type Reply } from './reply.js'

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

function answerOf(operation: RedisOperation, reply: unknown): Reply {
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

/** How an engine talks to one Redis. */
export interface RedisWay {
  /** Resolves with the reply, null for nil. */
  readonly send: (command: ReturnType<RedisOperation['command']>) => Promise<unknown>
  readonly failureOf: (error: unknown) => Failure
}

/** Sends a Redis operation of the contract; the time until its reply is `wait`. */
export function redisCaller(operation: RedisOperation, key: KeyOf, { send, failureOf }: RedisWay): Caller {
  return (_n, args, split, done) => {
    let open = true
    const end = (reply: () => Reply): void => {
      if (!open) return
      open = false
      split.end(monotonic())
      done(readSafely(reply))
    }
    const sent = send(operation.command(args, key))
    split.enter('wait', monotonic())
    sent.then(
      (reply) => end(() => answerOf(operation, reply)),
      (error: unknown) => end(() => ({ kind: 'failed', failure: failureOf(error) })),
    )
    return {
      split,
      expire: () => end(() => timedOut('Redis did not answer')),
      cancel: () => {
        open = false
        split.end(monotonic())
      },
    }
  }
}
