import fc from 'fast-check'

/** Where bytes are cut: every so many, or at these places (modulo their length). */
export type Cuts = number | readonly number[]

export const anyCuts: fc.Arbitrary<Cuts> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.nat(0xff_ff), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
)

const mostPieces = 3_000

const placesOf = (length: number, cuts: Cuts): number[] => {
  if (typeof cuts !== 'number') return cuts.map((place) => place % (length + 1)).sort((a, b) => a - b)
  const step = Math.max(cuts, Math.ceil(length / mostPieces))
  return Array.from({ length: Math.floor(length / step) }, (_, index) => (index + 1) * step)
}

/** The bytes in pieces, none of them empty. */
export function cut(bytes: Buffer, cuts: Cuts): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (const to of [...placesOf(bytes.length, cuts), bytes.length]) {
    if (to > from) pieces.push(bytes.subarray(from, to))
    from = to
  }
  return pieces
}
