import type { Run } from '../../src/model/artefact.js'
import { judgeHealth } from '../../src/health/judge.js'
import { judgeScenario, type ScenarioInput } from '../../src/compare/index.js'
import { draws } from '../stats/draws.js'
import { memoryRun, type RunSpec, type UnitSpec } from './runs.js'

export interface Plan {
  readonly units?: number
  readonly confirmations?: number
  /** Factor of the candidate's latencies, and of those of the confirmation. */
  readonly slower?: number
  readonly slowerAgain?: number
  /** Spread of a unit's log ratio. */
  readonly sigma?: number
  readonly samples?: number
  readonly seed?: string
}

/** Latencies of a reserve: log-normal about 8 ms, and a tenth as many conflicts of 1 ms. */
export function latencies(count: number, factor: number, normal: () => number): UnitSpec['samples'] {
  const won = Array.from(
    { length: count },
    (_, n) => 8_000 * factor * Math.exp(0.4 * quantileOf((n + 0.5) / count) + 0.01 * normal()),
  )
  const conflict = Array.from({ length: Math.ceil(count / 10) }, () => 1_000 + 50 * normal())
  return { reserve: { won, conflict } }
}

/** A rough inverse of the normal distribution (Tukey's lambda): samples need a shape, not a law. */
const quantileOf = (p: number): number => (p ** 0.135 - (1 - p) ** 0.135) / 0.1975

/** Two arms of one scenario, seeded. */
export function arms(
  plan: Plan = {},
  control: Partial<RunSpec> = {},
  candidate: Partial<RunSpec> = {},
): { control: Run; candidate: Run } {
  const {
    units = 4,
    confirmations = 0,
    slower = 1,
    slowerAgain = slower,
    sigma = 0.015,
    samples = 200,
    seed = 's',
  } = plan
  const { normal } = draws(seed)
  const was: UnitSpec[] = []
  const is: UnitSpec[] = []
  for (let index = 0; index < units + confirmations; index += 1) {
    const confirmation = index >= units
    const common = { confirmation, group: confirmation ? 90 : Math.floor(index / 2) }
    const drift = Math.exp(0.1 * normal())
    was.push({ ...common, samples: latencies(samples, drift, normal) })
    const factor = (confirmation ? slowerAgain : slower) * Math.exp(sigma * normal())
    is.push({ ...common, samples: latencies(samples, drift * factor, normal) })
  }
  return {
    control: memoryRun({ arm: 'control', units: was, ...control }),
    candidate: memoryRun({ arm: 'candidate', units: is, ...candidate }),
  }
}

/** Judges with what a gate would say unless told otherwise. */
export function judged(input: Partial<ScenarioInput> & { candidate: Run }): ReturnType<typeof judgeScenario> {
  return judgeScenario({
    mode: input.control === undefined ? 'none' : 'paired',
    waive: [],
    noRegressionCheck: false,
    fresh: true,
    capReached: false,
    health: judgeHealth([...input.candidate.file.units, ...(input.control?.file.units ?? [])]),
    now: new Date('2026-11-25T00:00:00Z'),
    ...input,
  })
}
