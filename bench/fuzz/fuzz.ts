import fc from 'fast-check'

/** How to repeat cases: all of a seed, or the one that `path` leads to. */
export interface Choice {
  readonly seed: number
  readonly cases: number
  readonly path?: string
}

/** A case for which the property does not hold, as small as it could be made. */
export interface Found {
  readonly problem: string
  readonly shrunk: string
  readonly seed: number
  readonly path: string
  /** Cases that held before it. */
  readonly after: number
}

/** A property and the cases that are to break it. */
export interface Fuzz {
  readonly name: string
  readonly about: string
  /** How many of a million cases are its own. */
  readonly share: number
  /** Cases of one seed. */
  readonly batch: number
  check(choice: Choice): Promise<Found | undefined>
  /** Ends what it keeps between cases. */
  end?(): Promise<void>
}

const parameters = <Case>({ seed, cases, path }: Choice): fc.Parameters<[Case]> => ({
  seed,
  numRuns: path === undefined ? cases : 1,
  ...(path === undefined ? {} : { path }),
})

const foundOf = <Case>(details: fc.RunDetails<[Case]>): Found | undefined =>
  details.failed
    ? {
        problem:
          details.errorInstance instanceof Error
            ? details.errorInstance.message
            : String(details.errorInstance),
        shrunk: fc.stringify(details.counterexample),
        seed: details.seed,
        path: details.counterexamplePath ?? '',
        after: details.numRuns - 1,
      }
    : undefined

const complain = (problem: string | undefined): void => {
  if (problem !== undefined) throw new Error(problem)
}

interface About {
  readonly name: string
  readonly about: string
  readonly share: number
}

/** A property that `problemOf` tells at once: what is wrong with a case, or undefined. */
export function fuzz<Case>(
  about: About,
  cases: fc.Arbitrary<Case>,
  problemOf: (one: Case) => string | undefined,
): Fuzz {
  const property = fc.property(cases, (one) => complain(problemOf(one)))
  return { ...about, batch: 20_000, check: async (choice) => foundOf(fc.check(property, parameters(choice))) }
}

/** The same where the answer takes its time, as one from a socket does. */
export function slowFuzz<Case>(
  about: About & { readonly batch: number },
  cases: fc.Arbitrary<Case>,
  problemOf: (one: Case) => Promise<string | undefined>,
): Fuzz {
  const property = fc.asyncProperty(cases, async (one) => complain(await problemOf(one)))
  return { ...about, check: async (choice) => foundOf(await fc.check(property, parameters(choice))) }
}

/** Bytes as a person can read them, the middle of long ones left out. */
export function shown(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString('latin1'))
  return text.length <= 900 ? text : `${text.slice(0, 500)} … ${text.slice(-300)} (${bytes.length} bytes)`
}
