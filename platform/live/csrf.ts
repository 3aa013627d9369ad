import { timingSafeEqual } from 'node:crypto'

/** Is this the token that the session's pages carry? */
export function csrfMatches(given: string | null | undefined, expected: string): boolean {
  const [theirs, ours] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  return theirs.length === ours.length && timingSafeEqual(theirs, ours)
}
