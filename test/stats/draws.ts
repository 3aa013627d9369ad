import { bits } from '../../src/schedule/random.js'

/** Seeded draws for simulations: the same on every machine. */
export function draws(seed: string): { uniform: () => number; normal: () => number } {
  let n = 0
  const uniform = (): number => (bits(seed, (n += 1), 'draw') + 0.5) / 0x1_0000_0000
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) }
}
