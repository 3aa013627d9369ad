import type { ErrorClass } from '../../../model/engine.js'
import type { Failure } from '../../journey/errors.js'

// Source: k6 documentation, "Error codes".
const byCode: Readonly<Record<number, readonly [ErrorClass, string]>> = {
  1050: ['target', 'timeout'],
  1100: ['generator', 'unresolved'],
  1101: ['generator', 'unresolved'],
  1201: ['target', 'reset'],
  1211: ['target', 'connect_timeout'],
  1212: ['target', 'refused'],
  1220: ['target', 'reset'],
  1310: ['target', 'tls'],
  1311: ['target', 'tls'],
}

// What k6 gives no code of its own, by Go's words for it.
const byWords: readonly (readonly [RegExp, ErrorClass, string])[] = [
  [/cannot assign requested address|address already in use/, 'generator', 'no_port'],
  [/too many open files/, 'generator', 'no_descriptor'],
  [/no buffer space|cannot allocate memory/, 'generator', 'no_memory'],
  [/no such host/, 'generator', 'unresolved'],
  [/connection refused/, 'target', 'refused'],
  [/EOF|connection reset|broken pipe|server closed idle connection/, 'target', 'reset'],
  [/malformed|unexpected|bad Content-Length|too long/, 'target', 'malformed'],
  [/timeout|deadline exceeded/, 'target', 'timeout'],
  [/tls:|x509:/, 'target', 'tls'],
]

/** Names an error of k6. What this machine lacks is the generator's fault, never the target's. */
export function failureOf(code: number, message: string): Failure {
  const said = byWords.find(([words]) => words.test(message))
  const [, whose, reason] = said ?? [undefined, 'target' as const, 'broken']
  const known = byCode[code]
  if (known !== undefined) return { class: known[0], reason: known[1], message }
  return { class: whose, reason, message: message === '' ? `k6 error ${code}` : message }
}
