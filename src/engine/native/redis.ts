import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RedisOperation } from '../../model/contract.js'
import { UserError } from '../../model/errors.js'
import { socketFailure, type Failure } from '../journey/errors.js'
import type { RedisWay } from '../journey/redis-caller.js'

/** What it sent cannot be told apart any more. */
class Stray extends Error {
  override message =
    'Redis sent a reply that nobody had asked for: which answer belongs to which command is not known.'
}

const failureOf = (error: unknown): Failure => {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Stray) return { class: 'target', reason: 'malformed', message }
  if (error instanceof Error && error.name === 'ReplyError')
    return { class: 'target', reason: 'redis_error', message }
  if (/isn't writeable|Connection is closed|max retries/i.test(message))
    return { class: 'target', reason: 'reset', message }
  return socketFailure(error)
}

const digests = new Map<string, string>()
const digest = (script: string): string => {
  const found = digests.get(script)
  if (found !== undefined) return found
  const made = createHash('sha1').update(script).digest('hex')
  digests.set(script, made)
  return made
}

/** Clients whose Redis sent a reply too many, until a step has failed for it and a new connection is there. */
const strayed = new WeakSet<Redis>()
/** The client whose Redis was heard last. */
let heard: Redis | undefined

const leave = (client: Redis): void => {
  strayed.add(client)
  client.stream.destroy()
}

/**
 * Takes an uncaught error for what it is when Redis sent a nil too many: the target's fault, and its next steps fail for it. False when
 * it is another. Source: ioredis 6 throws it in the tick after the data, so that the client is the one that was heard last.
 */
export function blameRedis(error: unknown): boolean {
  const thrower = error instanceof Error ? (error.stack ?? '').split('\n    at ')[1] : undefined
  if (heard === undefined || thrower?.includes('DataHandler') !== true) return false
  leave(heard)
  return true
}

type Command = ReturnType<RedisOperation['command']>

const send = async (client: Redis, { name, script, keys, args }: Command): Promise<unknown> => {
  if (strayed.has(client)) {
    if (client.status === 'ready' && !client.stream.destroyed) strayed.delete(client)
    throw new Stray()
  }
  if (script === undefined) return client.call(name, ...keys, ...args)
  try {
    return await client.evalsha(digest(script), keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.eval(script, keys.length, ...keys, ...args)
  }
}

// Without the password that the address may hold.
const placeOf = (url: string): string => {
  if (!URL.canParse(url)) return url
  const { host, pathname } = new URL(url)
  return host === '' ? pathname : host
}

/** Opens a client, connected. Throws `UserError` (exit 4) when nobody answers within 5 s. */
export async function openRedis(url: string): Promise<Redis> {
  const { Redis: Client } = await import('ioredis')
  // protocol 2: replies are the plain ones of the Redis documentation.
  const client = new Client(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    protocol: 2,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  })
  let last: unknown
  client.on('error', (error: unknown) => {
    last = error
    if (failureOf(error).message.startsWith('Command queue state error')) leave(client)
  })
  client.on('connect', () => {
    client.stream.on('data', () => {
      heard = client
    })
  })
  try {
    await client.connect()
  } catch (error) {
    client.disconnect()
    throw new UserError(`Redis at ${placeOf(url)} does not answer: ${failureOf(last ?? error).message}`, {
      hint: 'Check the `redis` address of this target, and that it is running.',
      exit: 4,
      reason: 'redis_unreachable',
      cause: error,
    })
  }
  return client
}

/** How steps talk over a client: commands share one connection, in the order of their calls. */
export const wayOver = (client: Redis): RedisWay => ({ send: (command) => send(client, command), failureOf })
