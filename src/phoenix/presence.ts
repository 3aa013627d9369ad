import type { Json, JsonObject } from '../model/scenario.js'
import { isObject } from './json.js'

type Metas = readonly JsonObject[]

const metasIn = (payload: Json | undefined): [key: string, metas: Metas][] =>
  isObject(payload)
    ? Object.entries(payload).map(([key, presence]) => {
        const metas = isObject(presence) ? presence.metas : undefined
        return [key, Array.isArray(metas) ? metas.filter(isObject) : []]
      })
    : []

const without = (metas: Metas, gone: Metas): Metas => {
  const refs = new Set(gone.map(({ phx_ref }) => phx_ref))
  return metas.filter(({ phx_ref }) => !refs.has(phx_ref))
}

/** Who is present on a topic, from `presence_state` and `presence_diff`. Source: phoenix-wire §2, "Presence". */
export class Presence {
  private readonly byKey = new Map<string, Metas>()
  /** Diffs that came before the state; undefined once it is there. */
  private early: JsonObject[] | undefined = []

  get isSynced(): boolean {
    return this.early === undefined
  }

  get keys(): string[] {
    return [...this.byKey.keys()]
  }

  metas(key: string): Metas {
    return this.byKey.get(key) ?? []
  }

  /** The channel joined anew: diffs wait for a new state, and what is known stays until then. */
  rejoined(): void {
    this.early = []
  }

  /** Takes a `presence_state` in place of all before it, then the diffs that came too early. */
  state(payload: JsonObject): void {
    this.byKey.clear()
    for (const [key, metas] of metasIn(payload)) this.byKey.set(key, metas)
    const early = this.early ?? []
    this.early = undefined
    for (const diff of early) this.diff(diff)
  }

  /** Takes a `presence_diff`: joins are added, then leaves are removed, by their `phx_ref`. */
  diff(payload: JsonObject): void {
    if (this.early !== undefined) {
      this.early.push(payload)
      return
    }
    for (const [key, metas] of metasIn(payload.joins)) {
      this.byKey.set(key, [...without(this.metas(key), metas), ...metas])
    }
    for (const [key, metas] of metasIn(payload.leaves)) {
      const left = without(this.metas(key), metas)
      if (left.length > 0) this.byKey.set(key, left)
      else this.byKey.delete(key)
    }
  }
}
