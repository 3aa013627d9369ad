import { incompleteBeta } from '../../src/stats/special.js'

/** The share at which `of` holds no longer, by bisection; `of` rises with the share. */
function where(of: (share: number) => number, level: number): number {
  let [low, high] = [0, 1]
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2
    if (of(middle) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The 95 % interval of a share by Clopper and Pearson: exact, so that no hit in a hundred is not taken for never. */
export function interval(hits: number, of: number): readonly [low: number, high: number] {
  const low = hits === 0 ? 0 : where((share) => incompleteBeta(share, hits, of - hits + 1), 0.025)
  const high = hits === of ? 1 : where((share) => incompleteBeta(share, hits + 1, of - hits), 0.975)
  return [low, high]
}
