import crypto from 'k6/crypto'
import type { KeyOf, RedisOperation } from '../../../model/contract.js'
import { messageOf } from '../../../model/errors.js'
import { monotonic } from '../../journey/clock.js'
import { redisAnswer } from '../../journey/redis-answer.js'
import { readSafely, type Caller, type Reply } from '../../journey/reply.js'
import { timedOut } from '../../journey/live/binding.js'
import { failureOf } from './failure.js'

/** As much of the extension `k6/x/redis` as is used here. Source: grafana/xk6-redis. */
export interface RedisModule {
  readonly Client: new (url: string) => RedisClient
}

export interface RedisClient {
  sendCommand(command: string, ...args: (string | number)[]): Promise<unknown>
}

const digests = new Map<string, string>()

const digestOf = (script: string): string => {
  const found = digests.get(script) ?? crypto.sha1(script, 'hex')
  digests.set(script, found)
  return found
}

// The extension rejects for a reply that is no error: that there is nothing.
const isNil = (error: unknown): boolean => /redis: nil/.test(messageOf(error))

const send = async (
  client: RedisClient,
  { name, script, keys, args }: ReturnType<RedisOperation['command']>,
): Promise<unknown> => {
  if (script === undefined) return client.sendCommand(name, ...keys, ...args)
  const rest = [keys.length, ...keys, ...args]
  try {
    return await client.sendCommand('evalsha', digestOf(script), ...rest)
  } catch (error) {
    if (!/NOSCRIPT/.test(messageOf(error))) throw error
    return client.sendCommand('eval', script, ...rest)
  }
}

/** Sends a Redis operation of the contract. The extension times nothing, so all is `wait`. */
export function redisCaller(operation: RedisOperation, key: KeyOf, client: RedisClient): Caller {
  return (_n, args, split, done) => {
    let open = true
    const end = (reply: () => Reply): void => {
      if (!open) return
      open = false
      split.end(monotonic())
      done(readSafely(reply))
    }
    const sent = send(client, operation.command(args, key))
    split.enter('wait', monotonic())
    sent.then(
      (reply) => end(() => redisAnswer(operation, reply)),
      (error: unknown) =>
        end(() =>
          isNil(error)
            ? redisAnswer(operation, null)
            : { kind: 'failed', failure: failureOf(0, messageOf(error)) },
        ),
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
