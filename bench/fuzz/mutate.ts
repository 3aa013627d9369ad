import fc from 'fast-check'

/** One change of some bytes; `at` is taken modulo their length. */
export interface Mutation {
  readonly kind: 'flip' | 'drop' | 'insert' | 'replace' | 'repeat' | 'end'
  readonly at: number
  readonly size: number
  readonly token: string
}

/** Mutations that put in what a protocol is made of, besides noise. */
export function mutations(tokens: readonly string[]): fc.Arbitrary<readonly Mutation[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom('flip', 'drop', 'insert', 'replace', 'repeat', 'end'),
      at: fc.nat(0xff_ff),
      size: fc.integer({ min: 1, max: 12 }),
      token: fc.constantFrom(...tokens),
    }),
    { minLength: 1, maxLength: 4 },
  )
}

const changed = (bytes: Buffer, { kind, at, size, token }: Mutation): Buffer => {
  const from = at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)]
  const put = Buffer.from(token, 'latin1')
  switch (kind) {
    case 'flip': {
      const flipped = Buffer.from(bytes)
      if (from < flipped.length) flipped[from] = (flipped[from] ?? 0) ^ (1 << (size % 8))
      return flipped
    }
    case 'drop':
      return Buffer.concat([before, after.subarray(size)])
    case 'insert':
      return Buffer.concat([before, put, after])
    case 'replace':
      return Buffer.concat([before, put, after.subarray(put.length)])
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, size), after])
    case 'end':
      return before
  }
}

/** The bytes after all changes, one after the other. */
export function mutate(bytes: Buffer, all: readonly Mutation[]): Buffer {
  return all.reduce(changed, bytes)
}
