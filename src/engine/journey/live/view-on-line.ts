import type { ViewDiff, ViewListener, ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { targetFailure } from './binding.js'
import { closedWith, type LineUser } from './line.js'

export interface PageListener {
  diff(diff: ViewDiff): void
  /** The view ended without our asking. */
  gone(why: ViewReply): void
  odd(word: string, what: string): void
}

/** What is told while a page is on its way. */
export interface PageOpening {
  upgrading(at: number): void
  joining(at: number): void
  /** It came to nothing. */
  broke(failure: Failure): void
  left(why: ViewReply): void
}

/** A page on its line, from the dialling on. Thousands are open at once: what only the opening needs is let go with it. */
export class ViewOnLine implements LineUser, ViewListener {
  private isShown = false

  constructor(
    private readonly listener: PageListener,
    private opening: PageOpening | undefined,
  ) {}

  /** It is open: from now on the listener is told. */
  shown(): void {
    this.isShown = true
    this.opening = undefined
  }

  /** It came to nothing. */
  giveUp(): void {
    this.opening = undefined
  }

  connected(at: number): void {
    this.opening?.upgrading(at)
  }

  opened(at: number): void {
    this.opening?.joining(at)
  }

  failed(failure: Failure): void {
    this.opening?.broke(failure)
  }

  lost(code: number, reason: string): void {
    const message = closedWith(code, reason)
    if (this.opening !== undefined) this.opening.broke(targetFailure('disconnected', message))
    else if (this.isShown)
      this.listener.gone({ kind: 'closed', at: monotonic(), size: 0, reason: message, hasDiff: false })
  }

  odd(word: string, what: string): void {
    this.listener.odd(word, what)
  }

  diff(diff: ViewDiff): void {
    this.listener.diff(diff)
  }

  gone(why: ViewReply): void {
    if (this.opening !== undefined) this.opening.left(why)
    else if (this.isShown) this.listener.gone(why)
  }
}
