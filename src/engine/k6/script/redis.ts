import crypto from 'k6/crypto'
import type { RedisOperation } from '../../../model/contract.js'
import { messageOf } from '../../../model/errors.js'
import type { RedisWay } from '../../journey/redis-caller.js'
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

// What Redis itself says begins with a word of capitals. Source: Redis documentation, RESP, "Simple errors".
const isErrorReply = /^[A-Z]+ /

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

/** How steps talk over a client of the extension, which rejects with words alone. */
export const wayOver = (client: RedisClient): RedisWay => ({
  send: (command) =>
    send(client, command).catch((error: unknown) => {
      if (isNil(error)) return null
      throw error
    }),
  failureOf: (error) => {
    const message = messageOf(error)
    return isErrorReply.test(message)
      ? { class: 'target', reason: 'redis_error', message }
      : failureOf(0, message)
  },
})
