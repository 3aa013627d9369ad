import { fill } from '../../../binding/contract.js'
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
import { payloadOf, type Frame } from '../../../phoenix/frame.js'
import type { ViewDiff, ViewReply } from '../../../phoenix/live/view.js'
import { monotonic } from '../clock.js'
import {
  targetFailure,
  withoutSecret,
  type ChannelBinding,
  type LiveBinding,
  type ViewBinding,
} from './binding.js'
import { CookieJar } from './cookies.js'
import { Line, type Dial } from './line.js'
import { ChannelOpening, channelReply, type Joined, type SharedLines } from './open-channel.js'
import { ViewOpening, type OpenView } from './open-view.js'
import { pagePort } from './page-port.js'
import { Stay, type Host } from './stay.js'

/** Pages and topics of one journey. */
export class Live {
  private readonly jar = new CookieJar()
  private readonly shared: SharedLines = new Map()
  private readonly lines = new Set<Line>()
  private readonly stays: Stay[] = []
  private closed = false

  constructor(private readonly host: Host) {}

  async view(
    step: string,
    args: StepArguments,
    { keep = 'tree', heard }: PageOptions<Steps>,
  ): Promise<Answer & { readonly page: Page<Steps> | undefined }> {
    const binding = this.viewOf(step)
    const stay = this.stay('viewed', step, heard, { args: withoutSecret(args, binding.operation.auth) })
    let opened: OpenView | undefined
    let gone: (why: ViewReply) => boolean = () => false
    const listeners = {
      diff: (diff: ViewDiff) => hearDiff(binding, stay, diff),
      gone: (why: ViewReply) => {
        const told = gone(why)
        if (!this.closed) stay.end(targetFailure(why.kind, why.reason), told)
      },
      odd: (word: string, what: string) => stay.odd(word, what),
    }
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ViewOpening(binding, n, all, this.jar, keep, this.dial, listeners, split, (reply, view) => {
          opened = view
          done(reply)
        }),
      args,
    )
    if (opened === undefined) {
      stay.refused(answer)
      return { ...answer, page: undefined }
    }
    stay.begin()
    const port = pagePort(
      opened,
      (inner, caller) => this.host.act(inner, caller),
      () => stay.begin(),
    )
    gone = port.gone
    const leave = (): void => {
      stay.leave()
      port.page.leave()
    }
    return { ...answer, page: { ...port.page, leave } }
  }

  async channel(
    step: string,
    args: StepArguments,
    { heard, on }: ChannelOptions<Steps>,
  ): Promise<Answer & { readonly channel: Channel<Steps> | undefined }> {
    const binding = this.channelOf(step)
    const { operation } = binding
    const stay = this.stay('watched', step, heard, {
      topic: fill(operation.topic, args),
      args: withoutSecret(args, operation.auth),
    })
    let opened: Joined | undefined
    const listeners = {
      frame: (frame: Frame, at: number) => hearFrame(binding, stay, frame, at, on),
      gone: (failure: Parameters<Stay['end']>[0]) => {
        if (!this.closed) stay.end(failure, false)
      },
      odd: (word: string, what: string) => stay.odd(word, what),
    }
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ChannelOpening(binding, n, all, this.shared, this.dial, listeners, split, (reply, joined) => {
          opened = joined
          done(reply)
        }),
      args,
    )
    if (opened === undefined) {
      stay.refused(answer)
      return { ...answer, channel: undefined }
    }
    stay.begin()
    const { topic, leave } = opened
    const left = (): void => {
      stay.leave()
      leave()
    }
    return { ...answer, channel: this.channelPort({ topic, leave: left }, binding) }
  }

  /** What its watchers heard, each as a receipt. */
  report(receipt: (kind: string, fact: JsonObject) => void): void {
    for (const stay of this.stays) stay.report(receipt)
  }

  close(): void {
    this.closed = true
    for (const line of this.lines) line.close()
  }

  destroy(): void {
    this.closed = true
    for (const line of this.lines) line.destroy()
  }

  private readonly dial: Dial = (request, meter) => {
    const line = new Line(request, meter)
    this.lines.add(line)
    // What a journey left behind when it ended opens nothing any more.
    if (this.closed) line.close()
    return line
  }

  private viewOf(step: string): ViewBinding {
    const binding = this.bindingOf(step)
    if (binding?.kind === 'view') return binding
    throw new Error(`Step "${step}" is not bound to a page by the contract.`)
  }

  private channelOf(step: string): ChannelBinding {
    const binding = this.bindingOf(step)
    if (binding?.kind === 'channel') return binding
    throw new Error(`Step "${step}" is not bound to a topic by the contract.`)
  }

  private bindingOf(step: string): LiveBinding | undefined {
    return this.host.place().start.arm.live[step]
  }

  private stay(kind: 'watched' | 'viewed', step: string, heard: string | undefined, about: JsonObject): Stay {
    const { steps } = this.host.place().unit.scenario
    if (heard !== undefined && !(heard in steps))
      throw new Error(`\`heard\` names the step "${heard}", which the scenario does not have.`)
    const operation = steps[step]?.operation
    const made = new Stay(this.host, kind, step, heard, { step, operation, ...about })
    this.stays.push(made)
    return made
  }

  private channelPort({ topic, leave }: Joined, { timeout }: ChannelBinding): Channel<Steps> {
    return {
      push: (step, event, payload) =>
        this.host.act(step, (_n, _args, split, done) => {
          let over = false
          const cancel = (): void => {
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
          // The topic has the same time-out, and says how it ended.
          return { split, expire: () => {}, cancel }
        }),
      leave,
    }
  }
}

function hearDiff({ operation }: ViewBinding, stay: Stay, { source, text, size, at }: ViewDiff): void {
  if (source === 'join') return
  if (source === 'push') stay.frame(size)
  stay.safely(() => {
    const wrong = operation.inspect?.(text, size)
    if (wrong !== undefined) stay.problem(wrong, text)
    const committedAt = source === 'push' ? operation.tells?.(text) : undefined
    if (committedAt !== undefined) stay.came(committedAt, at)
  })
}

function hearFrame(
  { operation }: ChannelBinding,
  stay: Stay,
  frame: Frame,
  at: number,
  on: ChannelOptions<Steps>['on'],
): void {
  stay.frame(frame.size)
  // What bytes mean is the application's own: no contract says it.
  const payload = frame.bytes === undefined ? payloadOf(frame) : {}
  if (payload === undefined) {
    stay.odd('broken', `The payload is no JSON object: ${frame.text.slice(0, 80)}`)
    return
  }
  stay.safely(() => {
    const wrong = operation.inspect?.(frame.event, payload, frame.size)
    if (wrong !== undefined) stay.problem(wrong, frame.text)
    const told = operation.tells?.(frame.event, payload)
    if (told !== undefined) stay.told(told, at)
    on?.(frame.event, payload)
  })
}
