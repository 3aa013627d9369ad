import { UserError } from '../../model/errors.js'
import type { Member } from './member.js'
import { parseSelector, type Selector } from './selector.js'

interface Watch {
  readonly selectors: readonly Selector[]
  readonly appeared: (which: number, at: number) => void
}

/** Who waits for something to appear on a page. */
export class Watches {
  private waiting: Watch[] = []

  /** Waits for the first of some selectors. `holds` looks at the page as it is. Returns what cancels it. */
  add(
    texts: readonly string[],
    then: (which: number, at: number) => void,
    holds: (selector: Selector) => boolean,
    at: number,
  ): () => void {
    if (texts.length === 0) throw new UserError('There is nothing to wait for: no selector was given.')
    const watch = { selectors: texts.map(parseSelector), appeared: then }
    const which = watch.selectors.findIndex(holds)
    if (which >= 0) then(which, at)
    else this.waiting.push(watch)
    return () => {
      this.waiting = this.waiting.filter((one) => one !== watch)
    }
  }

  clear(): void {
    this.waiting = []
  }

  /**
   * Looks at what a diff of `member` changed, at once: later it could not be told what the diff was. A selector that was not true
   * can only become so where the diff wrote. The text of the diff says nothing of that: ids are made of templates and dynamics.
   */
  check({ tree }: Member, at: number): void {
    if (this.waiting.length === 0 || tree === undefined) return
    for (const watch of this.waiting) {
      // The one before it may have cancelled it.
      if (!this.waiting.includes(watch)) continue
      const which = watch.selectors.findIndex(
        (selector) =>
          tree.read((page) => page.mayHaveAppeared(selector) && page.find(selector) !== undefined) === true,
      )
      if (which < 0) continue
      this.waiting = this.waiting.filter((one) => one !== watch)
      watch.appeared(which, at)
    }
  }
}
