import type { Draws } from './draws.js'

/** Log ratios by start, and in it by unit. */
export type Starts = readonly (readonly number[])[]

/** A law of what units of equal builds differ by: mean 0, and a spread of 1 over many sessions. */
export interface Noise {
  readonly name: string
  readonly about: string
  readonly of: (draws: Draws, starts: number, each: number) => Starts
}

const grid = (starts: number, each: number, of: (start: number, unit: number) => number): Starts =>
  Array.from({ length: starts }, (_, start) =>
    Array.from({ length: each }, (_unused, unit) => of(start, unit)),
  )

/** Share of the spread that is a line through each start, and that goes with the order in which the arms were started. */
const ofLine = 0.25
const ofOrder = 0.25
const correlation = 0.5
const mode = 0.9
/** So many units, and how far they lie off, in spreads of the others. */
const outliers = { share: 0.05, off: 5 }

/** Unit −1 … 1 within its start, scaled to a mean square of 1. */
const place = (unit: number, each: number): number =>
  each === 1 ? 0 : ((2 * unit) / (each - 1) - 1) / Math.sqrt((each + 1) / (3 * (each - 1)))

/** The laws of the issue; each is what one kind of machine does to a measurement. */
export const noises: readonly Noise[] = [
  {
    name: 'normal',
    about: 'independent and normal',
    of: (draws, starts, each) => grid(starts, each, draws.normal),
  },
  {
    name: 'heavy',
    about: 'heavy tails: Student’s t with 3 degrees of freedom',
    of: (draws, starts, each) =>
      grid(starts, each, () => {
        const squares = draws.normal() ** 2 + draws.normal() ** 2 + draws.normal() ** 2
        // t = z / √(χ² / 3), whose variance is 3.
        return draws.normal() / Math.sqrt(squares)
      }),
  },
  {
    name: 'correlated',
    about: `each unit keeps ${correlation} of what the one before it was off by, across starts too`,
    of: (draws, starts, each) => {
      let last = draws.normal()
      return grid(starts, each, () => {
        last = correlation * last + Math.sqrt(1 - correlation ** 2) * draws.normal()
        return last
      })
    },
  },
  {
    name: 'drifting',
    about:
      'a line through each start, and an effect of which arm was started first, which is swapped from start to start',
    of: (draws, starts, each) => {
      const [slope, order] = [draws.sign() * Math.sqrt(ofLine), draws.sign() * Math.sqrt(ofOrder)]
      const rest = Math.sqrt(1 - ofLine - ofOrder)
      return grid(
        starts,
        each,
        (start, unit) =>
          slope * place(unit, each) + (start % 2 === 0 ? order : -order) + rest * draws.normal(),
      )
    },
  },
  {
    name: 'bimodal',
    about: 'each unit is in one of two states',
    of: (draws, starts, each) =>
      grid(starts, each, () => mode * draws.sign() + Math.sqrt(1 - mode ** 2) * draws.normal()),
  },
  {
    name: 'outliers',
    about: `${100 * outliers.share} % of the units lie ${outliers.off} spreads off`,
    of: (draws, starts, each) => {
      const scale = Math.sqrt(1 + outliers.share * outliers.off ** 2)
      return grid(starts, each, () => {
        const off = draws.uniform() < outliers.share ? outliers.off * draws.sign() : 0
        return (draws.normal() + off) / scale
      })
    },
  },
]

/** Spread of what a start as a whole is off by: two starts differ by 1 %, as a metric that gates must. */
const ofStart = 0.01 / Math.SQRT2

/** Log ratios of a session: a true change, what each start is off by, and the noise of units. `sigma` and `effect` are shares. */
export function sessionOf(
  { noise, sigma, effect }: { readonly noise: Noise; readonly sigma: number; readonly effect: number },
  draws: Draws,
  starts: number,
  each: number,
): Starts {
  const change = Math.log1p(effect)
  return noise.of(draws, starts, each).map((units) => {
    const off = change + ofStart * draws.normal()
    return units.map((unit) => off + sigma * unit)
  })
}
