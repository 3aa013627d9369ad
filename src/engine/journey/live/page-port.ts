import type { Answer, Page, Shows, Steps } from '../../../model/scenario.js'
import { Stuck, type LiveView, type ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import { contractThrew, type Caller, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, goneBy, timedOut } from './binding.js'
import type { OpenView } from './open-view.js'

/** Runs one step of the journey by a caller made for it. */
export type Act = (step: string, caller: Caller) => Promise<Answer>

type Send = (view: LiveView, done: (reply: ViewReply) => void) => void

/** Something done on a page, until the page shows what came of it. */
class Doing {
  private over = false
  private shownBefore = false
  private unwatch: () => void = () => {}

  constructor(
    private readonly view: LiveView,
    private readonly answers: readonly string[],
    private readonly selectors: readonly string[],
    readonly split: Split,
    private readonly done: (reply: Reply) => void,
    private readonly ended: (doing: Doing, withView: boolean) => void,
  ) {}

  begin(send: Send | undefined): void {
    this.split.enter(send === undefined ? 'effect' : 'reply', monotonic())
    try {
      send?.(this.view, (reply) => this.replied(reply))
      if (!this.over && this.selectors.length > 0) this.watch(send !== undefined)
    } catch (error) {
      this.end(error instanceof Stuck ? answered('stuck', { error: error.message }) : contractThrew(error))
    }
  }

  /** What the page shows already is no effect of an event before the server has answered it. */
  private watch(unanswered: boolean): void {
    let atOnce = true
    this.unwatch = this.view.watch(this.selectors, (which, at) => {
      if (atOnce && unanswered) this.shownBefore = true
      else this.end(answered(this.answers[which] ?? ''), Math.max(at, this.split.since))
    })
    atOnce = false
    if (this.over) this.unwatch()
  }

  expire(): void {
    this.end(
      timedOut(this.split.stage === 'reply' ? 'The event was not answered' : 'The page did not show it'),
    )
  }

  cancel(): void {
    this.over = true
    this.unwatch()
    this.split.end(monotonic())
  }

  /** The view ended, and this with it. */
  gone(why: ViewReply): void {
    this.end(replyOf(why), Math.max(why.at, this.split.since), true)
  }

  private replied(reply: ViewReply): void {
    if (this.over) return
    if (reply.kind !== 'ok')
      this.end(replyOf(reply), reply.at, reply.kind === 'crashed' || reply.kind === 'closed')
    else if (this.selectors.length === 0)
      this.end(answered('ok', reply.reply === undefined ? {} : { reply: reply.reply }), reply.at)
    else if (this.split.stage === 'reply') {
      this.split.enter('effect', reply.at)
      if (this.shownBefore) this.watch(false)
    }
  }

  private end(reply: Reply, at = monotonic(), withView = false): void {
    if (this.over) return
    this.over = true
    this.unwatch()
    this.split.end(at)
    this.ended(this, withView)
    this.done(reply)
  }
}

const broken: ReadonlySet<string> = new Set(['crashed', 'closed', 'malformed'])

function replyOf(reply: ViewReply): Reply {
  if (reply.kind === 'timed_out') return timedOut('The event was not answered')
  if (broken.has(reply.kind)) return failed(goneBy(reply.kind, reply.reason))
  return answered(reply.kind, { ...(reply.to === undefined ? {} : { to: reply.to }), error: reply.reason })
}

/** A page as a journey holds it. `revived` is called when it goes on after a redirect. `gone` is to be called when the view ends; true when a step ended with it, which then is its error. */
export function pagePort(
  { view, line }: OpenView,
  act: Act,
  revived: () => void,
): { readonly page: Page<Steps>; readonly gone: (why: ViewReply) => boolean } {
  const underway = new Set<Doing>()
  let end: ViewReply | undefined
  // The view's end is the error of a step that ended with it.
  let told = false
  const perform = (
    step: string,
    shows: Shows,
    send: Send | undefined,
    follows?: ViewReply['kind'],
  ): Promise<Answer> =>
    act(step, (_n, _args, split, done) => {
      const ended = (one: Doing, withView: boolean): void => {
        underway.delete(one)
        told ||= withView
      }
      const doing = new Doing(view, Object.keys(shows), Object.values(shows), split, done, ended)
      underway.add(doing)
      // A live redirect leaves the socket: the journey may follow it.
      if (end !== undefined && end.kind === follows) {
        end = undefined
        revived()
      }
      if (end === undefined) doing.begin(send)
      else doing.gone(end)
      return doing
    })
  const page: Page<Steps> = {
    click: (step, selector, shows = {}) => perform(step, shows, (on, done) => on.click(selector, done)),
    change: (step, form, values, shows = {}) =>
      perform(step, shows, (on, done) => on.change(form, values, done)),
    submit: (step, form, values, shows = {}) =>
      perform(step, shows, (on, done) => on.submit(form, values, done)),
    push: (step, event, value, shows = {}) =>
      perform(step, shows, (on, done) => on.event('hook', event, value, undefined, done)),
    navigate: (step, to, shows = {}) =>
      perform(step, shows, (on, done) => on.navigate(to, done), 'live_redirect'),
    expect: (step, shows) => perform(step, shows, undefined),
    find: (selector) => view.find(selector),
    html: () => view.html(),
    leave: () => line.leave(),
  }
  const gone = (why: ViewReply): boolean => {
    end = why
    for (const doing of underway) doing.gone(why)
    return told
  }
  return { page, gone }
}
