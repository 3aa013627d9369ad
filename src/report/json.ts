import type { Verdict } from '../model/verdict.js'

/**
 * The verdict for machines: exactly the `Verdict` of src/model/verdict.ts, indented by two spaces, with a line feed at the
 * end. A figure that is not a finite number is left out, as one that is missing: JSON has no word for it.
 */
export function json(verdict: Verdict): string {
  const finite = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? undefined : value
  return `${JSON.stringify(verdict, finite, 2)}\n`
}
