import type { ErrorClass } from '../../model/engine.js'
import { messageOf } from '../../model/errors.js'

/** Why a step broke: whose fault, a short word for machines, a sentence for people. */
export interface Failure {
  readonly class: ErrorClass
  readonly reason: string
  readonly message: string
}

const known: Readonly<Record<string, readonly [ErrorClass, string]>> = {
  ECONNREFUSED: ['target', 'refused'],
  ECONNRESET: ['target', 'reset'],
  ECONNABORTED: ['target', 'reset'],
  EPIPE: ['target', 'reset'],
  ETIMEDOUT: ['target', 'connect_timeout'],
  EHOSTUNREACH: ['target', 'unreachable'],
  ENETUNREACH: ['target', 'unreachable'],
  EADDRNOTAVAIL: ['generator', 'no_port'],
  EADDRINUSE: ['generator', 'no_port'],
  EMFILE: ['generator', 'no_descriptor'],
  ENFILE: ['generator', 'no_descriptor'],
  ENOBUFS: ['generator', 'no_memory'],
  ENOMEM: ['generator', 'no_memory'],
  ENOTFOUND: ['generator', 'unresolved'],
  EAI_AGAIN: ['generator', 'unresolved'],
}

const tls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/

/** The system's word for an error, such as `ECONNRESET`; empty when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Names a socket's error. What this machine lacks is the generator's fault, never the target's. */
export function socketFailure(error: unknown): Failure {
  const code = codeOf(error)
  const message = messageOf(error)
  const found = known[code]
  if (found !== undefined) return { class: found[0], reason: found[1], message }
  if (tls.test(code)) return { class: 'target', reason: 'tls', message }
  return { class: 'target', reason: code === '' ? 'broken' : code.toLowerCase(), message }
}

export const aborted: Failure = {
  class: 'generator',
  reason: 'aborted',
  message: 'The run was ended before the answer came.',
}

/** Reasons that mean that this machine met a limit of its own. */
export const localReasons: ReadonlySet<string> = new Set([
  'no_port',
  'no_descriptor',
  'no_memory',
  'timeout_in_queue',
])

/** Reasons that mean that nobody is there. */
export const lostReasons: ReadonlySet<string> = new Set(['refused', 'reset'])
