/** Statics of one message by number: LiveView 1.1's `p` (phoenix-wire §4, tree and diff keys). */
export class Templates {
  readonly #places = new Map<readonly string[], number>()

  /** The number under which these statics are sent; the same list has the same number. */
  place(statics: readonly string[]): number {
    const known = this.#places.get(statics)
    if (known !== undefined) return known
    const place = this.#places.size
    this.#places.set(statics, place)
    return place
  }

  /** JSON fields for the root of the message, each after a comma; nothing when no statics are sent. */
  fields(): string {
    if (this.#places.size === 0) return ''
    return `,"p":{${[...this.#places].map(([statics, place]) => `"${place}":${JSON.stringify(statics)}`).join(',')}}`
  }
}
