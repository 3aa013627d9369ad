import type { BaselineSession, Fingerprint } from '../model/artefact.js'
import { fewestSessions } from '../stats/prediction.js'
import type { Finding } from './findings.js'
import { mustDiffer, warnDiffer } from './fingerprint.js'
import type { ScenarioInput } from './input.js'
import { usableSessions } from './sets.js'

export interface Comparability {
  /** Sessions to compare with. */
  readonly sessions: readonly BaselineSession[]
  /** Why there is nothing to compare with, or no comparing with it. */
  readonly problem?: Finding
  readonly warnings: readonly string[]
}

const inconclusive = (reason: string, sentence: string): Finding => ({
  outcome: 'inconclusive',
  reason,
  sentence,
})

/** Whether there is something to compare with that was measured under the same conditions. */
export function comparability(input: ScenarioInput): Comparability {
  if (input.mode === 'none') return { sessions: [], warnings: [], ...nothingToCompare(input) }
  const now = input.candidate.file.fingerprint
  if (input.mode === 'paired') {
    if (input.control === undefined)
      return {
        sessions: [],
        warnings: [],
        problem: inconclusive('no_control', 'there is no control to compare with'),
      }
    const { problem, warnings } = conditions([input.control.file.fingerprint], now)
    const other =
      JSON.stringify(input.control.file.promises) !== JSON.stringify(input.candidate.file.promises)
    return {
      sessions: [],
      ...(problem === undefined ? {} : { problem }),
      warnings: other
        ? [
            ...warnings,
            'the control was recorded with other promises (budgets, tolerances, invariants); those of the candidate count',
          ]
        : warnings,
    }
  }
  const { usable, problem } = usableSessions(input.baseline ?? [], input.now)
  if (problem !== undefined)
    return { sessions: usable, warnings: [], problem: inconclusive(problem.reason, problem.sentence) }
  // Sessions of other conditions may lie under the same name; they are never judged together.
  const alike = usable.filter((session) => mustDiffer([session.fingerprint], now).length === 0)
  const foreign = usable.filter((session) => !alike.includes(session))
  if (alike.length >= fewestSessions) return { sessions: alike, ...conditions(fingerprints(alike), now) }
  const fields = mustDiffer(fingerprints(foreign), now).join('; ')
  return {
    sessions: alike,
    warnings: [],
    problem: inconclusive(
      'fingerprint_differs',
      alike.length === 0
        ? `not measured under the same conditions: ${fields}`
        : `only ${alike.length} of ${usable.length} sessions were measured under the same conditions, and ${fewestSessions} are needed; the others differ: ${fields}`,
    ),
  }
}

const fingerprints = (sessions: readonly BaselineSession[]): readonly Fingerprint[] =>
  sessions.map(({ fingerprint }) => fingerprint)

function nothingToCompare({ noRegressionCheck }: ScenarioInput): { problem?: Finding } {
  if (noRegressionCheck) return {}
  return {
    problem: inconclusive(
      'no_baseline',
      'budgets and invariants were judged, but there is nothing to compare with',
    ),
  }
}

function conditions(
  earlier: Parameters<typeof mustDiffer>[0],
  now: Parameters<typeof mustDiffer>[1],
): { readonly problem?: Finding; readonly warnings: readonly string[] } {
  const warnings = warnDiffer(earlier, now).map((field) => `measured under other conditions: ${field}`)
  const fields = mustDiffer(earlier, now)
  if (fields.length === 0) return { warnings }
  return {
    warnings,
    problem: inconclusive(
      'fingerprint_differs',
      `not measured under the same conditions: ${fields.join('; ')}`,
    ),
  }
}
