import type { ChannelOperation, ViewOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { aborted, type Failure } from '../errors.js'
import type { Reply } from '../reply.js'
import type { Node } from './node.js'

interface Bound {
  readonly nodes: readonly Node[]
  readonly headers: Readonly<Record<string, string>>
  /** Microseconds. */
  readonly timeout: number
}

/** A page or topic of the contract, bound to one arm. */
export type LiveBinding =
  | (Bound & { readonly kind: 'view'; readonly operation: ViewOperation })
  | (Bound & { readonly kind: 'channel'; readonly operation: ChannelOperation })

export type ViewBinding = Extract<LiveBinding, { kind: 'view' }>
export type ChannelBinding = Extract<LiveBinding, { kind: 'channel' }>

/** The node that journey n talks to. Throws when the plan names none. */
export function nodeOf<Place>(nodes: readonly Place[], n: number): Place {
  const node = nodes[n % nodes.length]
  if (node === undefined) throw new Error('The plan names no address for this arm.')
  return node
}

/** Arguments that a receipt may keep: all but the one that carries a token, by whatever other name it is given again. */
export function withoutSecret(args: StepArguments, secret: string | undefined): StepArguments {
  return Object.fromEntries(
    Object.entries(args).filter(
      ([name, value]) => name !== secret && (secret === undefined || value !== args[secret]),
    ),
  )
}

/** A complete answer. `status` when HTTP gave it. */
export const answered = (
  answer: string,
  json: Extract<Reply, { kind: 'answered' }>['json'] = {},
  status?: number,
): Reply => ({
  kind: 'answered',
  answer,
  json,
  status,
  edge: false,
  malformed: undefined,
})

const timeouts: ReadonlySet<string> = new Set(['timeout', 'connect_timeout'])

export const failed = (failure: Failure): Reply => ({
  kind: timeouts.has(failure.reason) ? 'timed_out' : 'failed',
  failure,
})

export const targetFailure = (reason: string, message: string): Failure => ({
  class: 'target',
  reason,
  message,
})

// The journey itself went elsewhere: nothing that the target did.
const ownDoing: ReadonlySet<string> = new Set(['disconnect', 'leave', 'joined_anew', 'destroyed', 'given up'])

/** Why something that was under way will not be answered any more. */
export const goneBy = (word: string, reason: string): Failure =>
  ownDoing.has(reason) ? aborted : targetFailure(word, reason)

export const timedOut = (what: string): Reply => ({
  kind: 'timed_out',
  failure: targetFailure('timeout', `${what} before the time-out.`),
})
