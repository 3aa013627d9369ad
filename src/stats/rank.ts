/** How many pairs stand in the wrong order: a merge sort finds each of them. */
function inversions(values: Float64Array): number {
  let from = values.slice()
  let to = new Float64Array(values.length)
  let count = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let left = 0; left < values.length; left += 2 * width) {
      const middle = Math.min(left + width, values.length)
      const end = Math.min(left + 2 * width, values.length)
      let [a, b] = [left, middle]
      for (let at = left; at < end; at += 1) {
        const [first = 0, second = 0] = [from[a], from[b]]
        if (a < middle && (b >= end || first <= second)) {
          to[at] = first
          a += 1
        } else {
          to[at] = second
          b += 1
          count += middle - a
        }
      }
    }
    ;[from, to] = [to, from]
  }
  return count
}

/** Pairs within runs of equals, of values whose equals stand together. */
function tied(length: number, isSame: (index: number) => boolean): number {
  let pairs = 0
  let run = 0
  for (let index = 1; index < length; index += 1) {
    run = isSame(index) ? run + 1 : 0
    pairs += run
  }
  return pairs
}

/**
 * Kendall's τ-b between two figures of the same things: 1 when one puts all pairs in the order of the other, −1 when in the opposite
 * one, about 0 when the orders have nothing to do with each other; ties are taken out. NaN for fewer than two things, or when all
 * are equal in one of the figures. In n log n steps. Source: W. R. Knight, A Computer Method for Calculating Kendall's Tau, 1966.
 */
export function kendallTau(pairs: readonly (readonly [x: number, y: number])[]): number {
  const n = pairs.length
  const sorted = pairs.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const x = Float64Array.from(sorted, ([value]) => value)
  const y = Float64Array.from(sorted, ([, value]) => value)
  const tiedX = tied(n, (index) => x[index] === x[index - 1])
  const tiedBoth = tied(n, (index) => x[index] === x[index - 1] && y[index] === y[index - 1])
  const discordant = inversions(y)
  const ordered = y.toSorted()
  const tiedY = tied(n, (index) => ordered[index] === ordered[index - 1])
  const all = (n * (n - 1)) / 2
  const difference = all - tiedX - tiedY + tiedBoth - 2 * discordant
  return difference / Math.sqrt((all - tiedX) * (all - tiedY))
}
