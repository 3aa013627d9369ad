import type { KeyOf, RedisOperation, StepArguments } from 'vge-perf'
import { atomics, countScript, giveBackScript, takeScript, unlockScript } from './atomics.js'
import { word } from './words.js'

const lockKey = (args: StepArguments, key: KeyOf): string =>
  key('seatLock', { organization: word(args.organization), seat: word(args.seat) })

const holdKeys = (args: StepArguments, key: KeyOf): string[] => {
  const event = { organization: word(args.organization), event: word(args.event) }
  return [lockKey(args, key), key('eventHolds', event), key('bitmap', event)]
}

const member = (args: StepArguments): string => `${word(args.seat)}:${word(args.owner)}`

const insideKey = (args: StepArguments, key: KeyOf): string =>
  key('inside', { organization: word(args.organization), seat: word(args.seat) })

/**
 * The atomic operations of contract §6, straight on Redis, on the platform's own key layout.
 * `owner` is `{hold}:{user}:{expiry}`, the value of a seat's lock.
 */
export const redisOperations = {
  lock: {
    kind: 'redis',
    command: (args, key) => ({
      name: 'set',
      keys: [lockKey(args, key)],
      args: [word(args.owner), 'NX', 'EX', String(atomics.lockSeconds)],
    }),
  },
  unlock: {
    kind: 'redis',
    command: (args, key) => ({
      name: 'unlock',
      script: unlockScript,
      keys: [lockKey(args, key)],
      args: [word(args.owner)],
    }),
  },
  /** Counts who is inside the lock; whoever counts more than itself is not alone. */
  enter: {
    kind: 'redis',
    command: (args, key) => ({ name: 'incr', keys: [insideKey(args, key)], args: [] }),
    answer: (reply) => (reply === '1' ? 'alone' : /^-?\d+$/.test(reply) ? 'crowded' : reply),
  },
  leave: {
    kind: 'redis',
    command: (args, key) => ({ name: 'decr', keys: [insideKey(args, key)], args: [] }),
    answer: (reply) => (/^-?\d+$/.test(reply) ? 'left' : reply),
  },
  takeHold: {
    kind: 'redis',
    command: (args, key) => ({
      name: 'takeHold',
      script: takeScript,
      keys: holdKeys(args, key),
      args: [
        word(args.owner),
        String(atomics.lockSeconds),
        word(args.expires),
        member(args),
        word(args.index),
      ],
    }),
  },
  giveBackHold: {
    kind: 'redis',
    command: (args, key) => ({
      name: 'giveBackHold',
      script: giveBackScript,
      keys: holdKeys(args, key),
      args: [word(args.owner), member(args), word(args.index)],
    }),
  },
  countInWindow: {
    kind: 'redis',
    command: (args, key) => ({
      name: 'countInWindow',
      script: countScript,
      keys: [key('scanRate', { organization: word(args.organization), device: word(args.device) })],
      args: [String(atomics.windowSeconds), String(atomics.limit)],
    }),
    answer: (reply) => (reply.includes('"accepted":true') ? 'accepted' : 'limited'),
  },
} satisfies Readonly<Record<string, RedisOperation>>
