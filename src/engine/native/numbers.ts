const limit = 0xffff_ffff

/** A growing list of whole microseconds between 0 and 2^32 − 1; values outside are clamped. */
export class Numbers {
  private values = new Uint32Array(64)
  private length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(this.length * 2)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.length] = value <= 0 ? 0 : value >= limit ? limit : value
    this.length += 1
  }

  /** A copy of what was pushed. */
  taken(): Uint32Array {
    return this.values.slice(0, this.length)
  }
}

/** Value at a share between 0 and 1 of sorted values; 0 when there are none. */
export function quantile(sorted: Uint32Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0
}
