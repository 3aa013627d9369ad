import { studentUpper } from './student.js'

/** Numbers of units at which a verdict is looked for. How it errs with them: `bench/README.md`, "How good the verdict is". */
export const plannedLooks: readonly number[] = [4, 6, 8, 10, 12]

/** Chance, over all looks together, of calling a change of exactly the margin: a false regression, a false pass. Measured: `bench/README.md`, "How good the verdict is". */
export const totalLevels = { regression: 0.01, pass: 0.05 } as const

const nodes = 240
const turn = (index: number): number => ((index + 0.5) / nodes - 0.5) * Math.PI

/**
 * Chance that a one-sided t test at `level` crosses at any of `looks` (each ≥ 3) when the mean lies on the margin.
 *
 * With t = √(n − 1) · tan ψ, ψ is the angle between the n values and their mean, and the sequence of angles is a Markov chain
 * (the past depends on the future only through mean and spread at n). So the chance of no crossing is carried from n − 1 to n as
 * a function of ψ alone: of the values' spread at n, the last one takes sin φ with density ∝ cos(φ)^(n − 3), and the rest is the
 * spread at n − 1. Middle-point sums over ψ and φ; the limit itself is met exactly.
 */
export function crossing(level: number, looks: readonly number[]): number {
  const wanted = [...new Set(looks)].toSorted((a, b) => a - b)
  const first = wanted[0] ?? 3
  const last = wanted.at(-1) ?? 3
  const limits = new Map(wanted.map((n) => [n, Math.atan(studentUpper(level, n - 1) / Math.sqrt(n - 1))]))
  let quiet = new Float64Array(nodes).fill(1)
  for (let n = first + 1; n <= last; n += 1) {
    const limit = limits.get(n - 1) ?? Math.PI
    quiet = Float64Array.from(quiet, (_, index) => carried(quiet, limit, Math.tan(turn(index)), n))
  }
  return 1 - mean(quiet, limits.get(last) ?? Math.PI, last)
}

/** Chance of no crossing up to n − 1 units, given the tangent of the angle at n. */
function carried(quiet: Float64Array, limit: number, tangent: number, n: number): number {
  let sum = 0
  let weights = 0
  for (let index = 0; index < nodes; index += 1) {
    const angle = turn(index)
    const weight = Math.cos(angle) ** (n - 3)
    const before = Math.atan(
      (tangent * Math.sqrt((n - 1) / n) + Math.sin(angle) / Math.sqrt(n)) / Math.cos(angle),
    )
    weights += weight
    if (before < limit) sum += weight * between(quiet, before)
  }
  return sum / weights
}

function between(values: Float64Array, angle: number): number {
  const place = Math.min(nodes - 1, Math.max(0, (angle / Math.PI + 0.5) * nodes - 0.5))
  const left = Math.min(nodes - 2, Math.floor(place))
  return (values[left] ?? 0) + (place - left) * ((values[left + 1] ?? 0) - (values[left] ?? 0))
}

/** Mean below `limit` under the angle's own density, ∝ cos(ψ)^(n − 2); what lies above counts as zero. */
function mean(values: Float64Array, limit: number, n: number): number {
  const end = Math.min(limit, Math.PI / 2)
  const sum = (from: number, to: number, of: (angle: number) => number): number => {
    let total = 0
    for (let index = 0; index < 2_000; index += 1) {
      const angle = from + ((index + 0.5) / 2_000) * (to - from)
      total += Math.cos(angle) ** (n - 2) * of(angle)
    }
    return (total * (to - from)) / 2_000
  }
  const below = sum(-Math.PI / 2, end, (angle) => between(values, angle))
  return below / sum(-Math.PI / 2, Math.PI / 2, () => 1)
}

const known = new Map<string, number>()

/**
 * Level of each single look, such that the chance of crossing at any of them is `total`.
 * By secants on logarithms, between which the relation is nearly straight.
 */
export function levelOfLook(total: number, looks: readonly number[] = plannedLooks): number {
  const name = `${total} ${looks.join(' ')}`
  const found = known.get(name)
  if (found !== undefined) return found
  const gap = (logLevel: number): number => Math.log(crossing(Math.exp(logLevel), looks)) - Math.log(total)
  let older = Math.log(total / looks.length)
  let newer = Math.log(total)
  let olderGap = gap(older)
  for (let round = 0; round < 12; round += 1) {
    const newerGap = gap(newer)
    if (Math.abs(newerGap) < 1e-4 || newerGap === olderGap) break
    const next = newer - (newerGap * (newer - older)) / (newerGap - olderGap)
    older = newer
    olderGap = newerGap
    newer = next
  }
  const level = Math.exp(newer)
  known.set(name, level)
  return level
}
