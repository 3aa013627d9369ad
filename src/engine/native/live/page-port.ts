import type { Answer, Page, Shows, Steps } from '../../../model/scenario.js'
import { Stuck, type LiveView, type ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import { contractThrew, type Caller, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, targetFailure, timedOut } from './binding.js'
import type { OpenView } from './open-view.js'

/** Runs one step of the journey by a caller made for it. */
export type Act = (step: string, caller: Caller) => Promise<Answer>

type Send = (view: LiveView, done: (reply: ViewReply) => void) => void

/** Something done on a page, until the page shows what came of it. */
class Doing {
  private over = false
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
      if (this.over || this.selectors.length === 0) return
      this.unwatch = this.view.watch(this.selectors, (which, at) =>
        this.end(answered(this.answers[which] ?? ''), at),
      )
      if (this.over) this.unwatch()
    } catch (error) {
      this.end(error instanceof Stuck ? answered('stuck', { error: error.message }) : contractThrew(error))
    }
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

  gone(why: ViewReply): void {
    this.replied(why)
  }

  private replied(reply: ViewReply): void {
    if (this.over) return
    if (reply.kind !== 'ok')
      this.end(replyOf(reply), reply.at, reply.kind === 'crashed' || reply.kind === 'closed')
    else if (this.selectors.length === 0)
      this.end(answered('ok', reply.reply === undefined ? {} : { reply: reply.reply }), reply.at)
    else if (this.split.stage === 'reply') this.split.enter('effect', reply.at)
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

function replyOf(reply: ViewReply): Reply {
  switch (reply.kind) {
    case 'timed_out':
      return timedOut('The event was not answered')
    case 'crashed':
    case 'closed':
    case 'malformed':
      return failed(targetFailure(reply.kind, reply.reason))
    default:
      return answered(reply.kind, {
        ...(reply.to === undefined ? {} : { to: reply.to }),
        error: reply.reason,
      })
  }
}

/** A page as a journey holds it. `gone` is to be called when the view ends; true when a step ended with it, which then is its error. */
export function pagePort(
  { view, line }: OpenView,
  act: Act,
): { readonly page: Page<Steps>; readonly gone: (why: ViewReply) => boolean } {
  const underway = new Set<Doing>()
  let end: ViewReply | undefined
  // The view's end is the error of a step that ended with it.
  let told = false
  const perform = (step: string, shows: Shows, send: Send | undefined): Promise<Answer> =>
    act(step, (_n, _args, split, done) => {
      const ended = (one: Doing, withView: boolean): void => {
        underway.delete(one)
        told ||= withView
      }
      const doing = new Doing(view, Object.keys(shows), Object.values(shows), split, done, ended)
      underway.add(doing)
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
    navigate: (step, to, shows = {}) => perform(step, shows, (on, done) => on.navigate(to, done)),
    expect: (step, shows) => perform(step, shows, undefined),
    find: (selector) => view.find(selector),
    html: () => view.html(),
    leave: () => line.close(),
  }
  const gone = (why: ViewReply): boolean => {
    end = why
    for (const doing of underway) doing.gone(why)
    return told
  }
  return { page, gone }
}
