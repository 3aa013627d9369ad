import type { Found, Fuzz } from './fuzz.js'

/** What came of one property. */
export interface Result {
  readonly fuzz: Fuzz
  /** Cases that held. */
  readonly cases: number
  readonly seconds: number
  readonly found: Found | undefined
}

/** Seeds of the batches of one property: the first is the run's own, so that a batch can be repeated alone. */
const seedOf = (seed: number, batch: number): number => (seed + batch * 7_919) & 0x7f_ff_ff_ff

/** Runs so many cases of a property, or stops at the first for which it does not hold. */
export async function runFuzz(fuzz: Fuzz, cases: number, seed: number): Promise<Result> {
  const began = performance.now()
  let done = 0
  let found: Found | undefined
  for (let batch = 0; done < cases && found === undefined; batch += 1) {
    const wanted = Math.min(fuzz.batch, cases - done)
    found = await fuzz.check({ seed: seedOf(seed, batch), cases: wanted })
    done += found === undefined ? wanted : found.after
  }
  return { fuzz, cases: done, seconds: (performance.now() - began) / 1_000, found }
}

/** How many of `cases` are each property's, by their shares; at least one each. */
export function sharesOf(fuzzes: readonly Fuzz[], cases: number): number[] {
  const all = fuzzes.reduce((sum, { share }) => sum + share, 0)
  return fuzzes.map(({ share }) => Math.max(1, Math.ceil((cases * share) / all)))
}

/** A result in a line, and what it takes to see the failure again below it. */
export function told({ fuzz, cases, seconds, found }: Result): string {
  const rate = cases / Math.max(seconds, 0.001)
  const figures = `${String(cases).padStart(9)} cases ${seconds.toFixed(1).padStart(6)} s ${Math.round(rate).toString().padStart(8)}/s`
  const line = `${found === undefined ? 'holds ' : 'BROKEN'} ${fuzz.name.padEnd(32)} ${figures}`
  if (found === undefined) return line
  const again = `npm run fuzz -- --only ${fuzz.name} --seed ${found.seed}`
  return [
    line,
    `  ${fuzz.about}`,
    `  problem:  ${found.problem}`,
    `  shrunk:   ${found.shrunk.slice(0, 2_000)}`,
    `  again:    ${again} --path ${found.path}`,
  ].join('\n')
}
