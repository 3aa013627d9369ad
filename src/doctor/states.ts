import type { Condition } from '../model/condition.js'
import { UserError } from '../model/errors.js'

export const ok = (name: string, found: string): Condition => ({ name, state: 'ok', found })

export const warning = (name: string, found: string, remedy: string): Condition => ({
  name,
  state: 'warning',
  found,
  remedy,
})

export const failing = (name: string, found: string, remedy: string): Condition => ({
  name,
  state: 'failing',
  found,
  remedy,
})

/** What a person can mend, as a condition with the error's hint. Throws the error on when it is a fault of ours. */
export function refused(name: string, error: unknown, state: 'warning' | 'failing' = 'failing'): Condition {
  if (!(error instanceof UserError)) throw error
  return { name, state, found: error.message, remedy: error.hint ?? 'Mend what it says, and ask again.' }
}
