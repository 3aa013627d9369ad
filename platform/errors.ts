import type { Json, Reply } from './kernel.js'

/** An answer other than success that a handler gives up with. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: { readonly [key: string]: Json | undefined } = {},
  ) {
    super(code)
  }
}

/** A word on the command line or the control port that cannot be used. Exit code 2. */
export class UsageError extends Error {}

export function refuse(
  status: number,
  code: string,
  details: { readonly [key: string]: Json | undefined } = {},
): Reply {
  return { status, body: { error: code, ...details } }
}

/** What went wrong, in words for the log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
