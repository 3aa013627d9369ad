import { expect, test } from 'vitest'
import { drawsOf } from '../../bench/verdict/draws.js'
import { mostStarts, runGate, type Ending } from '../../bench/verdict/loop.js'
import { noises, sessionOf, type Starts } from '../../bench/verdict/noise.js'
import { tallyOf } from '../../bench/verdict/tally.js'
import { wantOf, afterStart, nothingTaken, unitsAStart } from '../../src/jobs/want.js'
import type { Wants } from '../../src/compare/input.js'
import { judged } from '../compare/cases.js'
import { memoryRun, type UnitSpec } from '../compare/runs.js'

const tolerance = { ignore: 0.03, reject: 0.1 }
/** The tail of a step has four times the margins of its median. */
const ofTail = { ignore: 0.12, reject: 0.4 }
const maxUnits = 24

/** A unit whose every latency is `ratio` off, so that each statistic of it is. */
const unit = (ratio: number, group: number, confirmation: boolean): UnitSpec => ({
  group,
  confirmation,
  samples: { reserve: { won: Array.from({ length: 60 }, (_, n) => (8_000 + 50 * n) * Math.exp(ratio)) } },
})

/** The gate's loop over whole runs, judged by all that a gate asks of them. */
function wholeGate(starts: Starts): {
  decision: unknown
  confirmed: unknown
  starts: number
  confirmations: number
} {
  const was: UnitSpec[] = []
  const is: UnitSpec[] = []
  const judge = (capReached: boolean): ReturnType<typeof judged> =>
    judged({
      control: memoryRun({ arm: 'control', units: was }),
      candidate: memoryRun({ units: is }),
      capReached,
    })
  let taken = nothingTaken
  let want: Wants = 'more_units'
  while (want !== 'nothing') {
    const confirmation = want === 'confirmation'
    for (const ratio of starts[taken.starts] ?? []) {
      was.push(unit(0, taken.starts, confirmation))
      is.push(unit(ratio, taken.starts, confirmation))
    }
    taken = afterStart(taken, want)
    const { wants, verdict } = judge(false)
    want = wantOf(taken, { wants, exit: verdict.exit }, { fresh: true, maxUnits })
  }
  const metric = judge(true).verdict.metrics.find(({ name }) => name === 'reserve p50')
  const confirmations = is.filter(({ confirmation }) => confirmation).length
  return { decision: metric?.decision, confirmed: metric?.confirmed, starts: taken.starts, confirmations }
}

const short = ({ metrics: [metric], starts, confirmations }: Ending) => ({
  decision: metric?.decision,
  confirmed: metric?.confirmed,
  starts,
  confirmations,
})

test('a gate over log ratios goes as one over whole runs does: looks, confirmation, cap and all', () => {
  const [noise] = noises
  if (noise === undefined) throw new Error('no noise')
  const seen: Record<string, number> = {}
  for (const [effect, sigma, cases] of [
    [0, 0.02, 4],
    [0.05, 0.03, 4],
    [0.1, 0.03, 4],
    [0.1, 0.05, 10],
    [0.1, 0.12, 4],
    [-0.1, 0.02, 4],
  ] as const)
    for (let index = 0; index < cases; index += 1) {
      const draws = drawsOf(`${effect} ${sigma} ${index}`)
      const starts = sessionOf({ noise, sigma, effect }, draws, mostStarts(maxUnits), unitsAStart)
      const ours = short(
        runGate(
          [
            { tolerance, starts },
            { tolerance: ofTail, starts },
          ],
          maxUnits,
        ),
      )
      expect(ours).toEqual(wholeGate(starts))
      const kind = `${ours.decision} ${ours.confirmed}`
      seen[kind] = (seen[kind] ?? 0) + 1
    }
  expect(Object.keys(seen).toSorted()).toEqual(
    expect.arrayContaining([
      'improvement undefined',
      'pass undefined',
      'regression false',
      'regression true',
    ]),
  )
}, 120_000)

test('two starts at least, and no more units than the cap; a finding is measured again once', () => {
  const flat = (ratio: number, of = mostStarts(maxUnits)): Starts =>
    Array.from({ length: of }, () => [ratio, ratio + 0.001, ratio - 0.001])
  expect(short(runGate([{ tolerance, starts: flat(0) }], maxUnits))).toMatchObject({
    decision: 'pass',
    starts: 2,
  })
  expect(runGate([{ tolerance, starts: flat(0.2) }], maxUnits)).toMatchObject({
    starts: 3,
    units: 6,
    confirmations: 3,
  })
  const wild: Starts = Array.from({ length: mostStarts(maxUnits) }, (_, start) => [
    0.3 * (start % 2),
    -0.3,
    0.2,
  ])
  const open = runGate([{ tolerance, starts: wild }], maxUnits)
  expect(open.units + open.confirmations).toBeLessThanOrEqual(maxUnits)
  expect(open.metrics[0]?.decision).toBe('inconclusive')
  const once: Starts = flat(0).map((units, start) => (start < 2 ? units.map((one) => one + 0.1) : units))
  expect(runGate([{ tolerance, starts: once }], maxUnits).confirmations).toBe(3)
})

test('a tally adds up to all gates', () => {
  const [noise] = noises
  if (noise === undefined) throw new Error('no noise')
  const draws = drawsOf('tally')
  const tally = tallyOf(60, () =>
    runGate(
      [{ tolerance, starts: sessionOf({ noise, sigma: 0.03, effect: 0.06 }, draws, 9, unitsAStart) }],
      maxUnits,
    ),
  )
  expect(tally.regression + tally.pass + tally.inconclusive).toBeCloseTo(1, 9)
  expect(tally.regression).toBeGreaterThan(0)
  expect(tally.pass).toBeGreaterThan(0)
  expect(tally.startsToPass).toBeGreaterThanOrEqual(2)
})
