import type {
  Answer,
  Channel,
  ChannelOptions,
  JsonObject,
  Page,
  PageOptions,
  StepArguments,
  Steps,
} from '../../../model/scenario.js'
import { fill } from '../../../binding/contract.js'
import { payloadOf } from '../../../phoenix/frame.js'
import type { Channel as Topic } from '../../../phoenix/socket.js'
import type { ViewDiff } from '../../../phoenix/live/view.js'
import { monotonic, wallOf } from '../clock.js'
import type { Failure } from '../errors.js'
import type { Place } from '../journey.js'
import type { Caller } from '../reply.js'
import { countError, countFrame } from '../tally.js'
import { targetFailure, withoutSecret, type ChannelBinding, type ViewBinding } from './binding.js'
import { CookieJar } from './cookies.js'
import { Hearing } from './hearing.js'
import type { Line } from './line.js'
import { ChannelOpening, channelReply, type Lines } from './open-channel.js'
import { ViewOpening, type OpenView } from './open-view.js'
import { pagePort } from './page-port.js'

/** What pages and topics need of their journey. */
export interface Host {
  readonly n: number
  readonly place: () => Place
  readonly act: (step: string, caller: Caller, args?: StepArguments) => Promise<Answer>
  /** `since` is wall-clock milliseconds, `at` monotonic microseconds. */
  readonly observe: (step: string, answer: string, since: number, at: number) => void
  /** What a step opened went away. */
  readonly lost: (step: string, failure: Failure) => void
}

interface Heard {
  readonly kind: 'watched' | 'viewed'
  readonly about: JsonObject
  readonly hearing: Hearing
}

/** Pages and topics of one journey. */
export class Live {
  private readonly jar = new CookieJar()
  private readonly lines: Lines = new Map()
  private readonly views = new Set<Line>()
  private readonly heard: Heard[] = []
  private closed = false

  constructor(private readonly host: Host) {}

  async view(
    step: string,
    args: StepArguments,
    { keep = 'tree', heard }: PageOptions<Steps>,
  ): Promise<Answer & { readonly page: Page<Steps> | undefined }> {
    const binding = this.bindingOf(step, 'view')
    const { operation } = binding
    const hearing = this.hear('viewed', { step, args: withoutSecret(args, operation.auth) })
    let opened: OpenView | undefined
    let ended = false
    let gone: ReturnType<typeof pagePort>['gone'] = () => false
    const listeners = {
      diff: (diff: ViewDiff) => {
        if (diff.source === 'push') this.frame(step, hearing, diff.size)
        if (diff.source === 'join') return
        const wrong = operation.inspect?.(diff.text, diff.size)
        if (wrong !== undefined) hearing.problem(wrong, diff.text)
        const committedAt = diff.source === 'push' ? operation.tells?.(diff.text) : undefined
        if (committedAt === undefined) return
        hearing.came(committedAt, wallOf(diff.at))
        if (heard !== undefined) this.delivered(heard, committedAt, diff.at)
      },
      // The socket's end is the view's end too: it is told once.
      gone: (why: Parameters<typeof gone>[0]) => {
        if (ended) return
        ended = true
        hearing.lose()
        if (!gone(why)) this.lose(step, targetFailure(why.kind, why.reason))
      },
      odd: (word: string, what: string) => this.odd(step, hearing, word, what),
    }
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ViewOpening(binding, n, all, this.jar, keep, listeners, split, (reply, view) => {
          opened = view
          if (view !== undefined) this.views.add(view.line)
          done(reply)
        }),
      args,
    )
    if (opened === undefined) {
      hearing.lose()
      return { ...answer, page: undefined }
    }
    const port = pagePort(opened, (inner, caller) => this.host.act(inner, caller))
    gone = port.gone
    return { ...answer, page: port.page }
  }

  async channel(
    step: string,
    args: StepArguments,
    { heard, on }: ChannelOptions<Steps>,
  ): Promise<Answer & { readonly channel: Channel<Steps> | undefined }> {
    const binding = this.bindingOf(step, 'channel')
    const { operation } = binding
    const hearing = this.hear('watched', {
      step,
      topic: fill(operation.topic, args),
      args: withoutSecret(args, operation.auth),
    })
    let topic: Topic | undefined
    let ended = false
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ChannelOpening(
          binding,
          n,
          all,
          this.lines,
          {
            frame: (frame, at) => {
              this.frame(step, hearing, frame.size)
              const payload = payloadOf(frame) ?? {}
              const wrong = operation.inspect?.(frame.event, payload, frame.size)
              if (wrong !== undefined) hearing.problem(wrong, frame.text)
              const told = operation.tells?.(frame.event, payload)
              if (told !== undefined) {
                hearing.told(told, wallOf(at))
                if (heard !== undefined) this.delivered(heard, told.committedAt, at)
              }
              on?.(frame.event, payload)
            },
            gone: (failure) => {
              hearing.lose()
              if (!ended) this.lose(step, failure)
              ended = true
            },
            odd: (word, what) => this.odd(step, hearing, word, what),
          },
          split,
          (reply, joined) => {
            topic = joined
            done(reply)
          },
        ),
      args,
    )
    if (topic === undefined) {
      hearing.lose()
      return { ...answer, channel: undefined }
    }
    return { ...answer, channel: this.channelPort(topic, binding) }
  }

  /** What its watchers heard, each as a receipt. */
  report(receipt: (kind: string, fact: JsonObject) => void): void {
    for (const { kind, about, hearing } of this.heard) receipt(kind, hearing.fact(about))
  }

  close(): void {
    this.closed = true
    for (const line of [...this.views, ...this.lines.values()]) line.close()
  }

  destroy(): void {
    this.closed = true
    for (const line of [...this.views, ...this.lines.values()]) line.destroy()
  }

  private bindingOf(step: string, kind: 'view'): ViewBinding
  private bindingOf(step: string, kind: 'channel'): ChannelBinding
  private bindingOf(step: string, kind: 'view' | 'channel'): ViewBinding | ChannelBinding {
    const binding = this.host.place().start.arm.live[step]
    if (binding?.kind === kind) return binding
    throw new Error(`Step "${step}" is not bound to a ${kind === 'view' ? 'page' : 'topic'} by the contract.`)
  }

  private hear(kind: Heard['kind'], about: JsonObject): Hearing {
    const hearing = new Hearing()
    this.heard.push({ kind, about, hearing })
    return hearing
  }

  private frame(step: string, hearing: Hearing, bytes: number): void {
    hearing.frame(bytes)
    const { unit, start } = this.host.place()
    if (!unit.closed) countFrame(start.arm.tally, step, bytes)
  }

  private delivered(step: string, committedAt: number, at: number): void {
    const answer = Object.keys(this.host.place().unit.scenario.steps[step]?.answers ?? {})[0]
    if (answer !== undefined) this.host.observe(step, answer, committedAt, at)
  }

  private odd(step: string, hearing: Hearing, word: string, what: string): void {
    hearing.problem(word, what)
    const { unit, start } = this.host.place()
    if (!unit.closed) countError(start.arm.tally, step, targetFailure(word, what))
  }

  private lose(step: string, failure: Failure): void {
    if (!this.closed) this.host.lost(step, failure)
  }

  private channelPort(topic: Topic, { timeout }: ChannelBinding): Channel<Steps> {
    return {
      push: (step, event, payload) =>
        this.host.act(step, (_n, _args, split, done) => {
          let over = false
          const end = (): void => {
            over = true
            split.end(monotonic())
          }
          split.enter('reply', monotonic())
          topic.push(event, payload, timeout, (reply) => {
            if (over) return
            over = true
            split.end(reply.at)
            done(channelReply(reply, 'ok'))
          })
          // The topic's own time-out is the step's: it comes first.
          return { split, expire: () => {}, cancel: end }
        }),
      leave: () => topic.leave(timeout),
    }
  }
}
