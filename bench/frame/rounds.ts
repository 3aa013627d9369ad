import type { Row } from './bench.js'

/** A figure of one round. */
type Measure = () => Promise<number>

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

/** Middle value; of an even number the mean of the two. NaN of none, and when one is NaN: a round that failed must not vanish. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return NaN
  const order = sorted(values)
  const half = order.length / 2
  return ((order[Math.ceil(half) - 1] ?? NaN) + (order[Math.floor(half)] ?? NaN)) / 2
}

const spreadOf = (values: readonly number[]): readonly [number, number] => {
  if (values.some(Number.isNaN)) return [NaN, NaN]
  const order = sorted(values)
  return [order[0] ?? NaN, order.at(-1) ?? NaN]
}

/** Our figure alone: median and spread of some rounds. */
export async function alone(rounds: number, ours: Measure): Promise<Pick<Row, 'ours' | 'spread'>> {
  const values: number[] = []
  for (let round = 0; round < rounds; round += 1) values.push(await ours())
  return { ours: median(values), spread: spreadOf(values) }
}

/**
 * Ours and a peer's by turns, first one then the other leading, so that a machine that changes meanwhile changes both. The ratio is the
 * median of the rounds' ratios.
 */
export async function sideBySide(
  rounds: number,
  ours: Measure,
  peer: { readonly name: string; readonly measure: Measure },
): Promise<Pick<Row, 'ours' | 'peer' | 'ratio' | 'spread'>> {
  const own: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      own.push(await ours())
      theirs.push(await peer.measure())
    } else {
      theirs.push(await peer.measure())
      own.push(await ours())
    }
  }
  const ratios = own.map((value, round) => value / (theirs[round] ?? NaN))
  return {
    ours: median(own),
    peer: { name: peer.name, value: median(theirs) },
    ratio: median(ratios),
    spread: spreadOf(ratios),
  }
}
