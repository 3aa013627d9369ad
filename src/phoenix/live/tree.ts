import type { Json, JsonObject } from '../../model/scenario.js'
import { isObject } from '../json.js'
import { Element, type FoundElement } from './element.js'
import { anyMatches, search, tagWithId } from './html-search.js'
import { isList } from './json-list.js'
import { Locator } from './locate.js'
import { manyTouched, Merge } from './merge.js'
import { BrokenDiff, type Branch, type Components, type Place, type Touched } from './nodes.js'
import { Renderer } from './render.js'
import { isMatch, parseSelector, type Selector } from './selector.js'
import { elementEnd } from './tags.js'

export { BrokenDiff } from './nodes.js'
export type { FoundElement } from './element.js'

/** An event that the server pushed to the page, `push_event`. */
export interface PushedEvent {
  readonly name: string
  readonly payload: Json
}

/** `e` of a diff, or `events` of a refusal; what is no event is left out. */
export function eventsOf(json: Json | undefined): readonly PushedEvent[] {
  if (!isList(json)) return []
  return json.flatMap((one) => {
    const [name, payload = null] = isList(one) ? one : []
    return typeof name === 'string' ? [{ name, payload }] : []
  })
}

const manyPlaces = 64

/**
 * The rendered tree of one LiveView, as its server sends it: version 0.20 to 1.2, by what is in the message. Statics are shared
 * between views. Source: phoenix-wire §4.
 */
export class Rendered {
  /** What `pushEvent` was answered in the last merge; undefined without an answer. */
  reply: Json | undefined
  /** Events pushed in the last merge. */
  events: readonly PushedEvent[] = []
  /** Page title, as last sent. */
  title: string | undefined
  private root: Branch
  private readonly components: Components = new Map()
  private touched: readonly Touched[] = []
  private places: Map<string, Place> | undefined

  /** The whole tree of a join. Throws `BrokenDiff`. */
  constructor(rendered: JsonObject) {
    this.root = this.apply(rendered, undefined)
  }

  /** Throws `BrokenDiff`, in a sentence; the tree is then half merged and should not be used. */
  merge(diff: JsonObject): void {
    this.root = this.apply(diff, this.root)
  }

  /** What is inside the view's container; nested views are empty elements in it. Throws `BrokenDiff`. */
  html(): string {
    return this.whole({ node: this.root, row: -1, cid: undefined })
  }

  /**
   * The first element that the selector means. `#id` with or without more of the same element is fast. Throws
   * `UserError` for a selector that cannot be read.
   */
  find(selector: string | Selector): FoundElement | undefined {
    const wanted = typeof selector === 'string' ? parseSelector(selector) : selector
    const { id } = wanted.last
    return id !== undefined && wanted.outer.length === 0 ? this.byId(id, wanted) : this.inHtml(wanted)
  }

  /** Whether the last merge can have made a selector true that was not true before it. */
  mayHaveAppeared(selector: Selector): boolean {
    const { outer, last } = selector
    if (outer.length > 0 || this.touched.length > manyTouched) return true
    const { id } = last
    if (id !== undefined) {
      if (this.places?.has(id) === true) return true
      const locator = this.locator(id)
      return this.touched.some(
        (place) => (place.deep ? locator.within(place) : locator.own(place)) !== undefined,
      )
    }
    return this.touched.some((place) =>
      anyMatches(place.deep ? this.whole(place) : this.shallow(place), last),
    )
  }

  private apply(diff: JsonObject, root: Branch | undefined): Branch {
    this.reply = diff.r
    this.events = eventsOf(diff.e)
    if (typeof diff.t === 'string') this.title = diff.t
    const merge = new Merge(this.components)
    let next = root
    if (diff.s !== undefined) next = merge.replaceRoot(diff)
    else if (next === undefined) throw new BrokenDiff('A new tree has no statics.')
    else merge.branch(next, diff, undefined)
    if (isObject(diff.c)) merge.mergeComponents(diff.c)
    merge.finish()
    this.touched = merge.touched
    if (merge.structural) this.places = undefined
    return next
  }

  private byId(id: string, { last }: Selector): FoundElement | undefined {
    const place = this.placeOf(id)
    if (place === undefined) return undefined
    const found = tagWithId(this.shallow(place), id)
    if (found === undefined || !isMatch(last, found.tag.name, found.attributes)) return undefined
    return new Element(found.tag.name, found.attributes, place.cid, () => {
      const html = this.whole(place)
      const tag = tagWithId(html, id)?.tag
      return tag === undefined ? '' : html.slice(tag.start, elementEnd(html, tag))
    })
  }

  private placeOf(id: string): Place | undefined {
    const known = this.places?.get(id)
    if (known !== undefined && this.isIn(known, id)) return known
    const place = this.locator(id).within({ node: this.root, row: -1, cid: undefined })
    if (place === undefined) {
      this.places?.delete(id)
      return undefined
    }
    this.places ??= new Map()
    if (this.places.size >= manyPlaces) this.places.clear()
    this.places.set(id, place)
    return place
  }

  private isIn(place: Place, id: string): boolean {
    return tagWithId(this.shallow(place), id) !== undefined
  }

  private locator(id: string): Locator {
    return new Locator(id, this.components, (place) => this.isIn(place, id))
  }

  /** Below an element with an id only that is looked through. */
  private inHtml(selector: Selector): FoundElement | undefined {
    const [outermost] = selector.outer
    const inside =
      outermost?.id === undefined ? undefined : this.byId(outermost.id, { ...selector, last: outermost })
    if (outermost?.id !== undefined && inside === undefined) return undefined
    const html = inside?.html ?? this.html()
    const found = search(html, selector)
    if (found === undefined) return undefined
    const { tag, attributes, cid } = found
    return new Element(tag.name, attributes, cid ?? inside?.cid, () =>
      html.slice(tag.start, elementEnd(html, tag)),
    )
  }

  private whole(place: Place): string {
    return new Renderer(this.components, true).place(place)
  }

  private shallow(place: Place): string {
    return new Renderer(this.components, false).place(place)
  }
}
