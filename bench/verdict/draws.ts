import { bits } from '../../src/schedule/random.js'

/** Seeded draws, one after the other. */
export interface Draws {
  /** In (0, 1). */
  uniform(): number
  normal(): number
  /** −1 or 1. */
  sign(): number
  /** How often something happens that happens `mean` times on average. */
  poisson(mean: number): number
}

const turned = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** Draws of a seed, in integers up to the last step. Source: Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, 2021: xoshiro128**. */
export function drawsOf(seed: string): Draws {
  let [a, b, c, d] = [0, 1, 2, 3].map((word) => bits(seed, word, 'state') | 0) as [
    number,
    number,
    number,
    number,
  ]
  let spare: number | undefined
  const uniform = (): number => {
    const result = Math.imul(turned(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = turned(d, 11)
    return (result + 0.5) / 0x1_0000_0000
  }
  const normal = (): number => {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    const [radius, turn] = [Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()]
    spare = radius * Math.sin(turn)
    return radius * Math.cos(turn)
  }
  return {
    uniform,
    normal,
    sign: () => (uniform() < 0.5 ? -1 : 1),
    poisson: (mean) => poisson(mean, uniform, normal),
  }
}

/** By products of draws where few are expected, else by the normal law that it comes close to. */
function poisson(mean: number, uniform: () => number, normal: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = uniform(); product > limit; product *= uniform()) count += 1
  return count
}
