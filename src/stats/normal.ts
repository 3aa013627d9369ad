const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/** P(Z > z) of the standard normal distribution. Near the middle by a series, in the tail by a continued fraction: exact there too. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  if (z > 3) {
    let fraction = z
    for (let k = 200; k >= 1; k -= 1) fraction = z + k / fraction
    return density(z) / fraction
  }
  let term = z
  let sum = z
  for (let k = 1; Math.abs(term) > 1e-18 * sum; k += 1) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 - density(z) * sum
}

/** The z with P(Z > z) = `level`, 0 < level < 0.5, by bisection to the last digits. */
export function normalUpper(level: number): number {
  let [low, high] = [0, 40]
  for (let round = 0; round < 80 && high - low > 1e-14 * high; round += 1) {
    const middle = (low + high) / 2
    if (normalTail(middle) > level) low = middle
    else high = middle
  }
  return (low + high) / 2
}
