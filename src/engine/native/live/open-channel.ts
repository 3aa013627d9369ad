import { fill } from '../../../binding/contract.js'
import type { ChannelOperation } from '../../../model/contract.js'
import type { JsonObject, StepArguments } from '../../../model/scenario.js'
import type { Frame } from '../../../phoenix/frame.js'
import type { Channel as Topic, ChannelReply } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { readSafely, type Pending, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, goneBy, nodeOf, targetFailure, timedOut, type ChannelBinding } from './binding.js'
import { closedWith, type Dial, type Line } from './line.js'

export interface ChannelListeners {
  readonly frame: (frame: Frame, at: number) => void
  /** The topic or its socket ended without our asking, after it was joined. */
  readonly gone: (failure: Failure) => void
  readonly odd: (word: string, what: string) => void
}

/** A topic that is joined, and how to leave it. */
export interface Joined {
  readonly topic: Topic
  readonly leave: () => void
}

/** Lines of one journey by address and query: topics share a socket, as in a browser. */
export type SharedLines = Map<string, Line>

/** Joins a topic, on a line of the journey or a new one. `done` comes once, with the topic when it is joined. */
export class ChannelOpening implements Pending {
  private over = false
  private joined = false
  private readonly payload: JsonObject
  private readonly unuse: () => void

  /** Throws what the contract throws. */
  constructor(
    private readonly binding: ChannelBinding,
    n: number,
    private readonly args: StepArguments,
    lines: SharedLines,
    dial: Dial,
    private readonly listeners: ChannelListeners,
    readonly split: Split,
    private readonly done: (reply: Reply, joined: Joined | undefined) => void,
  ) {
    const { operation, headers, timeout } = binding
    const pool = nodeOf(binding.pools, n)
    const query = operation.params?.(args) ?? {}
    this.payload = operation.join?.(args) ?? {}
    const name = `${pool.origin.url} ${operation.socket} ${JSON.stringify(query)}`
    let line = lines.get(name)
    split.enter('connect', monotonic())
    if (line === undefined || !line.usable) {
      line = dial({ origin: pool.origin, endpoint: operation.socket, query, headers, timeout }, pool.meter)
      lines.set(name, line)
    }
    const on = line
    this.unuse = on.use({
      connected: (at) => this.enter('upgrade', at),
      opened: (at) => {
        if (this.over) return
        this.enter('join', at)
        this.join(on)
      },
      failed: (failure) => this.end(failed(failure), undefined),
      lost: (code, reason) => this.lost(targetFailure('disconnected', closedWith(code, reason))),
      odd: listeners.odd,
    })
    if (this.over) this.unuse()
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
    this.unuse()
  }

  private enter(stage: 'upgrade' | 'join', at: number): void {
    if (!this.over) this.split.enter(stage, at)
  }

  private join(line: Line): void {
    const { operation, timeout } = this.binding
    const topic = line.socket.channel(fill(operation.topic, this.args), () => this.payload, {
      message: (frame, at) => this.listeners.frame(frame, at),
      crashed: () => this.lost(targetFailure('crashed', 'The topic crashed.')),
      closed: () => this.lost(targetFailure('channel_closed', 'The target closed the topic.')),
    })
    topic.join(timeout, (reply) => {
      const answer = readSafely(() => answerOf(operation, reply))
      this.joined = reply.status === 'ok' && !this.over
      this.end(answer, this.joined ? { topic, leave: () => this.leave(topic) } : undefined, reply.at)
    })
  }

  private leave(topic: Topic): void {
    this.joined = false
    this.unuse()
    topic.leave(this.binding.timeout)
  }

  private lost(failure: Failure): void {
    if (!this.over) this.end(failed(failure), undefined)
    else if (this.joined) this.listeners.gone(failure)
  }

  private end(reply: Reply, joined: Joined | undefined, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    // Not yet there when a shared line told its state at once.
    if (joined === undefined) queueMicrotask(() => this.unuse())
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
    ? answered(operation.answer(reply.status, reply.response), reply.response)
    : channelReply(reply, 'joined')
