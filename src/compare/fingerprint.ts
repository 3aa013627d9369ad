import type { Fingerprint } from '../model/artefact.js'

type Fields = Readonly<Record<string, string>>

function differences(was: Fields, is: Fields): readonly string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted()
  return names
    .filter((name) => was[name] !== is[name])
    .map((name) => `${name}: ${was[name] ?? '(not recorded)'} → ${is[name] ?? '(not recorded)'}`)
}

const each = (
  earlier: readonly Fingerprint[],
  of: (one: Fingerprint) => readonly string[],
): readonly string[] => [...new Set(earlier.flatMap(of))]

/** Fields that had to be equal and are not, with both values; empty when the two may be compared. */
export function mustDiffer(earlier: readonly Fingerprint[], now: Fingerprint): readonly string[] {
  return each(earlier, (one) => differences(one.must, now.must))
}

/** Fields that are only warned about. What is compared, the subject, is never looked at. */
export function warnDiffer(earlier: readonly Fingerprint[], now: Fingerprint): readonly string[] {
  return each(earlier, (one) => differences(one.warn, now.warn))
}
