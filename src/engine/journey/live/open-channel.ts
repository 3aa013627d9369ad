import { fill } from '../../../binding/contract.js'
import type { ChannelOperation } from '../../../model/contract.js'
import type { JsonObject, StepArguments } from '../../../model/scenario.js'
import type { Channel, ChannelReply } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { readSafely, wordOf, type Pending, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, goneBy, nodeOf, timedOut, type ChannelBinding } from './binding.js'
import type { Dialler, Line } from './line.js'
import { OpenTopic, type TopicListener, type TopicOpening } from './open-topic.js'
import type { SharedLines } from './shared-lines.js'

/** A topic that is joined, and how to leave it. */
export interface Joined {
  readonly topic: Channel
  readonly leave: () => void
}

// Outside of the class: within it the function would hold all that the join needed, for as long as the topic is open.
const always = (payload: JsonObject) => (): JsonObject => payload

/** Joins a topic, on a line of the journey or a new one. `done` comes once, with the topic when it is joined. */
export class ChannelOpening implements Pending, TopicOpening {
  private over = false
  private readonly payload: JsonObject
  private readonly line: Line
  private readonly open: OpenTopic

  /** Throws what the contract throws. */
  constructor(
    private readonly binding: ChannelBinding,
    n: number,
    private readonly args: StepArguments,
    lines: SharedLines,
    dialler: Dialler,
    listener: TopicListener,
    readonly split: Split,
    private readonly done: (reply: Reply, joined: Joined | undefined) => void,
  ) {
    const { operation, headers, timeout } = binding
    const node = nodeOf(binding.nodes, n)
    const query = operation.params?.(args) ?? {}
    this.payload = operation.join?.(args) ?? {}
    split.enter('connect', monotonic())
    this.line = lines.line({ node, endpoint: operation.socket, query, headers, timeout }, dialler)
    this.open = new OpenTopic(this.line, listener, this)
    this.line.use(this.open)
  }

  expire(): void {
    const words = { connect: 'The socket was not taken', upgrade: 'The upgrade was not answered' }
    const { stage } = this.split
    this.end(
      timedOut(stage === 'connect' || stage === 'upgrade' ? words[stage] : 'The join was not answered'),
      undefined,
    )
  }

  cancel(): void {
    this.over = true
    this.split.end(monotonic())
    this.open.giveUp()
  }

  upgrading(at: number): void {
    this.split.enter('upgrade', at)
  }

  joining(at: number): void {
    const { operation, timeout } = this.binding
    this.split.enter('join', at)
    const topic = this.line.socket.channel(fill(operation.topic, this.args), always(this.payload), this.open)
    topic.join(timeout, (reply) => {
      const answer = readSafely(() => answerOf(operation, reply))
      const joined = reply.status === 'ok' ? { topic, leave: () => this.open.leave(timeout) } : undefined
      this.end(answer, joined, reply.at)
    })
  }

  broke(failure: Failure): void {
    this.end(failed(failure), undefined)
  }

  private end(reply: Reply, joined: Joined | undefined, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    if (joined === undefined) this.open.giveUp()
    else this.open.joined(joined.topic)
    this.done(reply, joined)
  }
}

/** What a reply of a topic is as an answer: `ok` by `okWord`, a refusal by its reason. */
export function channelReply(reply: ChannelReply, okWord: string): Reply {
  if (reply.status === 'ok') return answered(okWord, reply.response)
  if (reply.status === 'timed_out') return timedOut('It was not answered')
  if (reply.status !== 'error') return failed(goneBy(reply.status, reply.reason))
  const { reason } = reply.response
  return answered(typeof reason === 'string' ? reason : 'error', reply.response)
}

const answerOf = (operation: ChannelOperation, reply: ChannelReply): Reply =>
  operation.answer !== undefined && (reply.status === 'ok' || reply.status === 'error')
    ? answered(wordOf(operation.answer(reply.status, reply.response)), reply.response)
    : channelReply(reply, 'joined')
