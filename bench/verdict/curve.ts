import { defaultMaxUnits } from '../../src/config/read.js'
import { defaultTolerance } from '../../src/scenario/define.js'
import { runGate } from './loop.js'
import type { Session } from './requests.js'
import { rivals } from './rivals/index.js'
import type { Decision } from './rivals/rival.js'
import { decisionOf } from './tally.js'

/** True changes of the operating curve. */
export const effects = [0, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3] as const

/** Shares of the three answers, and how many units they took. */
export type Answers = Readonly<Record<Decision, number>> & { readonly units: number }

/** How everybody answers one true change, by name; `ours` first. */
export interface Point {
  readonly effect: number
  readonly answers: Readonly<Record<string, Answers>>
}

/** Units that a session must have for all to judge it. */
export const mostUnits = Math.max(...rivals.map(({ units }) => units))

/** All judges on the same sessions. */
export function pointOf(effect: number, sessions: number, next: () => Session): Point {
  const counts: Record<string, Record<Decision | 'units', number>> = {}
  const add = (name: string, decision: Decision, units: number): void => {
    const count = (counts[name] ??= { regression: 0, pass: 0, inconclusive: 0, units: 0 })
    count[decision] += 1 / sessions
    count.units += units / sessions
  }
  for (let index = 0; index < sessions; index += 1) {
    const session = next()
    const ending = runGate([{ tolerance: defaultTolerance, starts: session.ratios }], defaultMaxUnits)
    add('ours', decisionOf(ending), ending.units + ending.confirmations)
    for (const rival of rivals) {
      const seen = { ...session, units: session.units.slice(0, rival.units) }
      add(rival.name, rival.decide(seen), rival.units)
    }
  }
  return { effect, answers: counts }
}

/** The mean of some curves, point by point. */
export function meanCurve(curves: readonly (readonly Point[])[]): readonly Point[] {
  const [first = []] = curves
  return first.map(({ effect, answers }, index) => {
    const mean = (name: string, of: keyof Answers): number =>
      curves.reduce((sum, curve) => sum + (curve[index]?.answers[name]?.[of] ?? NaN), 0) / curves.length
    const names = Object.keys(answers)
    return {
      effect,
      answers: Object.fromEntries(
        names.map((name) => [
          name,
          {
            regression: mean(name, 'regression'),
            pass: mean(name, 'pass'),
            inconclusive: mean(name, 'inconclusive'),
            units: mean(name, 'units'),
          },
        ]),
      ),
    }
  })
}
