import type { ViewOperation } from '../../../model/contract.js'
import type { ViewDiff, ViewReply } from '../../../phoenix/live/view.js'
import { targetFailure } from './binding.js'
import type { Stay } from './stay.js'
import type { PageListener } from './view-on-line.js'

/** Gives what comes to a page to the journey's stay on it. */
export class PageHearing implements PageListener {
  /** Ends what is done on the page; true when a step has the view's end for its error. There once it is open. */
  endSteps: ((why: ViewReply) => boolean) | undefined

  constructor(
    private readonly operation: ViewOperation,
    private readonly stay: Stay,
    private readonly journey: { readonly closed: boolean },
  ) {}

  diff({ source, text, size, at }: ViewDiff): void {
    if (source === 'join') return
    const { operation, stay } = this
    if (source === 'push') stay.frame(size)
    stay.safely(() => {
      const wrong = operation.inspect?.(text, size)
      if (wrong !== undefined) stay.problem(wrong, text)
      const committedAt = source === 'push' ? operation.tells?.(text) : undefined
      if (committedAt !== undefined) stay.came(committedAt, at)
    })
  }

  gone(why: ViewReply): void {
    const told = this.endSteps?.(why) === true
    if (!this.journey.closed) this.stay.end(targetFailure(why.kind, why.reason), told)
  }

  odd(word: string, what: string): void {
    this.stay.odd(word, what)
  }
}
