import { messageOf } from '../../model/errors.js'
import type { JsonObject } from '../../model/scenario.js'
import { isObject, objectOf } from '../json.js'
import { BrokenDiff, Rendered } from './tree.js'

export type DiffSource = 'join' | 'reply' | 'push'

const treeIn = (text: string, source: DiffSource): JsonObject => {
  const payload = objectOf(text)
  if (payload === undefined) throw new BrokenDiff('A diff is no JSON object.')
  if (source === 'push') return payload
  const response = isObject(payload.response) ? payload.response : {}
  const tree = source === 'join' ? response.rendered : (response.diff ?? {})
  if (isObject(tree)) return tree
  throw new BrokenDiff(`A ${source} has no ${source === 'join' ? 'rendered tree' : 'diff'}.`)
}

const sentenceOf = (error: unknown): string =>
  error instanceof RangeError ? 'The tree is nested too deeply.' : messageOf(error)

// What waits may grow to this many characters, or to the size of the join: then merging is no more than reading it once.
const manyWaiting = 65_536

/** The tree of a view, made when it is first asked for: until then the JSON of the join and of each diff is kept. */
export class KeptTree {
  private waiting: { readonly text: string; readonly source: DiffSource }[] = []
  private size = 0
  private bound = manyWaiting
  private rendered: Rendered | undefined
  private broke = false

  /** `broken` hears once why no more can be merged until the next join. */
  constructor(private readonly broken: (what: string) => void) {}

  get isBroken(): boolean {
    return this.broke
  }

  /** A whole tree in place of what there was. */
  replace(text: string): void {
    this.rendered = undefined
    this.broke = false
    this.waiting = [{ text, source: 'join' }]
    this.size = 0
    this.bound = Math.max(manyWaiting, text.length)
  }

  /** A diff to what there was. */
  add(text: string, source: Exclude<DiffSource, 'join'>): void {
    if (this.broke) return
    this.waiting.push({ text, source })
    this.size += text.length
    if (this.size > this.bound) this.merged()
  }

  /** The tree with all that came, or undefined when there is none: no join yet, or a broken diff. */
  merged(): Rendered | undefined {
    const { waiting } = this
    if (waiting.length === 0) return this.rendered
    this.waiting = []
    this.size = 0
    try {
      for (const { text, source } of waiting) {
        const tree = treeIn(text, source)
        if (source === 'join') this.rendered = new Rendered(tree)
        else this.rendered?.merge(tree)
      }
    } catch (error) {
      this.failBy(error)
    }
    return this.rendered
  }

  /** Reads something of the tree; undefined when there is none, or it turns out to be broken. */
  read<T>(look: (tree: Rendered) => T): T | undefined {
    const tree = this.merged()
    if (tree === undefined) return undefined
    try {
      return look(tree)
    } catch (error) {
      this.failBy(error)
      return undefined
    }
  }

  /** Any other error is a mistake of ours. */
  private failBy(error: unknown): void {
    if (!(error instanceof BrokenDiff) && !(error instanceof RangeError)) throw error
    this.rendered = undefined
    this.broke = true
    this.broken(sentenceOf(error))
  }
}
