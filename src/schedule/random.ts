const stirred = (value: number): number => {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

const hashText = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** 32 seeded bits for draw `n` of the choice `name`. Pure, and by whole numbers alone: the same in every JavaScript engine. */
export function bits(seed: string, n: number, name: string): number {
  return stirred(stirred(hashText(seed) ^ Math.imul(n + 1, 0x9e3779b1)) ^ hashText(name))
}

/** A seeded whole number in [0, limit). Pure. */
export function pick(seed: string, n: number, name: string, limit: number): number {
  return limit <= 1 ? 0 : Math.floor((bits(seed, n, name) / 0x1_0000_0000) * limit)
}

const tables = new Map<string, Float64Array>()

const cumulative = (limit: number, exponent: number): Float64Array => {
  const name = `${limit} ${exponent}`
  const found = tables.get(name)
  if (found !== undefined) return found
  const table = new Float64Array(limit)
  let sum = 0
  for (let rank = 0; rank < limit; rank += 1) {
    sum += (rank + 1) ** -exponent
    table[rank] = sum
  }
  tables.set(name, table)
  return table
}

/** A seeded rank in [0, limit) by Zipf's law, rank r with weight 1 / (r + 1)^exponent. Pure. Engines may differ where a draw falls on the last bit of a sum. */
export function zipf(seed: string, n: number, name: string, limit: number, exponent: number): number {
  const table = cumulative(limit, exponent)
  const wanted = (bits(seed, n, name) / 0x1_0000_0000) * (table[limit - 1] ?? 1)
  let low = 0
  let high = limit - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((table[middle] ?? 0) > wanted) high = middle
    else low = middle + 1
  }
  return low
}
