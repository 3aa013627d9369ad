const limit = 0xffff_ffff

/** A growing list of whole microseconds between 0 and 2^32 − 1; values outside are clamped. */
export class Numbers {
  private values = new Uint32Array(64)
  private used = 0

  get length(): number {
    return this.used
  }

  push(value: number): void {
    if (this.used === this.values.length) this.grow()
    this.values[this.used] = value <= 0 ? 0 : value >= limit ? limit : value
    this.used += 1
  }

  /** A copy of what was pushed, with zeros behind it up to `count`. */
  taken(count = this.used): Uint32Array {
    const taken = new Uint32Array(count)
    taken.set(this.values.subarray(0, this.used))
    return taken
  }

  private grow(): void {
    const larger = new Uint32Array(this.used * 2)
    larger.set(this.values)
    this.values = larger
  }
}
