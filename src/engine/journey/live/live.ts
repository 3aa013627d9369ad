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
import { monotonic } from '../clock.js'
import { withoutSecret, type ChannelBinding, type LiveBinding, type ViewBinding } from './binding.js'
import { CookieJar } from './cookies.js'
import { Line, type Dialler, type LineRequest } from './line.js'
import { ChannelOpening, channelReply, type Joined } from './open-channel.js'
import { ViewOpening, type OpenView } from './open-view.js'
import { PageHearing } from './page-hearing.js'
import { pagePort } from './page-port.js'
import { SharedLines } from './shared-lines.js'
import { Stay, type Host } from './stay.js'
import { TopicHearing } from './topic-hearing.js'

/** Pages and topics of one journey. */
export class Live implements Dialler {
  private readonly jar = new CookieJar()
  private readonly shared = new SharedLines()
  // Both are replaced, not grown: an array that grows takes room for sixteen, and most journeys have one.
  private lines: readonly Line[] = []
  private stays: readonly Stay[] = []
  private isClosed = false

  constructor(private readonly host: Host) {}

  async view(
    step: string,
    args: StepArguments,
    { keep = 'tree', heard }: PageOptions<Steps>,
  ): Promise<Answer & { readonly page: Page<Steps> | undefined }> {
    const binding = this.viewOf(step)
    const stay = this.stay('viewed', step, heard, { args: withoutSecret(args, binding.operation.auth) })
    const hears = new PageHearing(binding.operation, stay, this)
    let opened: OpenView | undefined
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ViewOpening(binding, n, all, this.jar, keep, this, hears, split, (reply, view) => {
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
    hears.endSteps = port.gone
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
    const hears = new TopicHearing(operation, stay, this, on)
    const answer = await this.host.act(
      step,
      (n, all, split, done) =>
        new ChannelOpening(binding, n, all, this.shared, this, hears, split, (reply, joined) => {
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

  get closed(): boolean {
    return this.isClosed
  }

  /** What its watchers heard, each as a receipt. */
  report(receipt: (kind: string, fact: JsonObject) => void): void {
    for (const stay of this.stays) stay.report(receipt)
  }

  close(): void {
    this.isClosed = true
    for (const line of this.lines) line.leave()
  }

  destroy(): void {
    this.isClosed = true
    for (const line of this.lines) line.destroy()
  }

  dial(request: LineRequest): Line {
    const line = new Line(request)
    this.lines = [...this.lines, line]
    // What a journey left behind when it ended opens nothing any more.
    if (this.isClosed) line.leave()
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
    this.stays = [...this.stays, made]
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
