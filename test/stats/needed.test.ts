import { expect, test } from 'vitest'
import { unitsNeeded } from '../../src/stats/needed.js'
import { decidePaired, type PairedUnit } from '../../src/stats/paired.js'
import { spreadOf } from '../../src/stats/spread.js'
import { draws } from './draws.js'

const tolerance = { ignore: 0.03, reject: 0.1 }
const planned = [6, 9, 12]
const looks = [6, 9, 12, 15, 18, 21, 24, 27, 30]

interface Noise {
  readonly change: number
  readonly sigma: number
  readonly ofStarts: number
}

/** Units at which half of the simulated gates had decided; looks after each start of three units, with the exact levels. */
function median({ change, sigma, ofStarts }: Noise): number {
  const { normal } = draws(`${change} ${sigma} ${ofStarts}`)
  const ends = Array.from({ length: 401 }, () => {
    const units: PairedUnit[] = []
    for (const n of looks) {
      const start = Math.log1p(change) + ofStarts * normal()
      while (units.length < n) units.push({ group: n, logRatio: start + sigma * normal() })
      if (decidePaired(units, tolerance, { planned: looks, final: false }).decision !== 'undecided') return n
    }
    return Infinity
  })
  return ends.toSorted((a, b) => a - b)[200] ?? NaN
}

const cases: readonly Noise[] = [
  { change: 0, sigma: 0.03, ofStarts: 0 },
  { change: 0, sigma: 0.08, ofStarts: 0 },
  { change: 0, sigma: 0.12, ofStarts: 0 },
  { change: 0.05, sigma: 0.06, ofStarts: 0 },
  { change: 0.08, sigma: 0.05, ofStarts: 0 },
  { change: 0, sigma: 0.03, ofStarts: 0.06 },
  { change: 0.2, sigma: 0.15, ofStarts: 0 },
]

test.each(cases)(
  'as many units as a gate of change $change, σ $sigma, starts $ofStarts really takes',
  (noise) => {
    const { change, sigma, ofStarts } = noise
    const spread = {
      ...spreadOf([1, 2].map((group) => ({ group, value: 0 }))),
      mean: Math.log1p(change),
      within: sigma ** 2,
      ofStarts: ofStarts ** 2,
      each: 3,
    }
    const real = median(noise)
    expect(real).toBeLessThan(31)
    // One look to either side.
    expect(Math.abs(unitsNeeded(spread, tolerance, planned) - real)).toBeLessThanOrEqual(3)
  },
  60_000,
)

test('noise that no gate would outlast needs no number of units', () => {
  const spread = spreadOf([-4, 4, -4.2, 4.2].map((value, at) => ({ group: Math.floor(at / 2), value })))
  expect(unitsNeeded(spread, tolerance, planned)).toBe(Infinity)
})
