import { fill } from '../../../binding/contract.js'
import type { ChannelOperation } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import type { Frame } from '../../../phoenix/frame.js'
import type { Channel as Topic, ChannelReply } from '../../../phoenix/socket.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { readSafely, type Pending, type Reply } from '../reply.js'
import type { Split } from '../split.js'
import { answered, failed, nodeOf, targetFailure, timedOut, type ChannelBinding } from './binding.js'
import { Line, spreadOver } from './line.js'

export interface ChannelListeners {
  readonly frame: (frame: Frame, at: number) => void
  /** The topic or its socket ended without our asking. */
  readonly gone: (failure: Failure) => void
  readonly odd: (word: string, what: string) => void
}

const heartbeat = 30_000_000

/** Lines of one journey, one for each address and query: topics share a socket, as in a browser. */
export type Lines = Map<string, Line>

/** Joins a topic, on a line of the journey or a new one. `done` comes once, with the topic when it is joined. */
export class ChannelOpening implements Pending {
  private over = false
  private opened: Line | undefined
  private joined = false

  constructor(
    private readonly binding: ChannelBinding,
    n: number,
    private readonly args: StepArguments,
    lines: Lines,
    private readonly listeners: ChannelListeners,
    readonly split: Split,
    private readonly done: (reply: Reply, topic: Topic | undefined) => void,
  ) {
    const { operation, headers, timeout } = binding
    const pool = nodeOf(binding.pools, n)
    const query = operation.params?.(args) ?? {}
    const name = `${pool.origin.url} ${operation.socket} ${JSON.stringify(query)}`
    const found = lines.get(name)
    if (found?.socket.isOpen === true) {
      split.enter('join', monotonic())
      this.join(found)
      return
    }
    split.enter('connect', monotonic())
    const line = new Line(
      {
        origin: pool.origin,
        endpoint: operation.socket,
        query,
        headers,
        timeout,
        firstHeartbeat: spreadOver(heartbeat),
      },
      {
        connected: (at) => split.enter('upgrade', at),
        opened: (at) => {
          if (this.over) return
          split.enter('join', at)
          lines.set(name, line)
          this.join(line)
        },
        failed: (failure) => this.end(failed(failure), undefined),
        lost: (code, reason) => this.lost(code, reason),
        odd: listeners.odd,
      },
      pool.meter,
    )
    this.opened = line
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
    this.opened?.destroy()
  }

  private join(line: Line): void {
    const { operation, timeout } = this.binding
    const topic = line.socket.channel(
      fill(operation.topic, this.args),
      () => operation.join?.(this.args) ?? {},
      {
        message: (frame, at) => this.listeners.frame(frame, at),
        crashed: () => this.ended('crashed', 'The topic crashed'),
        closed: () => this.ended('channel_closed', 'The target closed the topic'),
      },
    )
    topic.join(timeout, (reply) => {
      this.joined = reply.status === 'ok'
      const answer = readSafely(() => answerOf(operation, reply))
      this.end(answer, this.joined ? topic : undefined, reply.at)
    })
  }

  private ended(reason: string, message: string): void {
    if (this.joined) this.listeners.gone(targetFailure(reason, `${message}.`))
  }

  private lost(code: number, reason: string): void {
    const failure = targetFailure(
      'disconnected',
      `The socket was closed with ${code}${reason === '' ? '' : ` (${reason})`}.`,
    )
    if (!this.over) this.end(failed(failure), undefined)
    else this.listeners.gone(failure)
  }

  private end(reply: Reply, topic: Topic | undefined, at = monotonic()): void {
    if (this.over) return
    this.over = true
    this.split.end(at)
    this.done(reply, topic)
  }
}

/** What a reply of a topic is as an answer: `ok` by `okWord`, a refusal by its reason. */
export function channelReply(reply: ChannelReply, okWord: string): Reply {
  switch (reply.status) {
    case 'ok':
      return answered(okWord, reply.response)
    case 'error':
      return answered(
        typeof reply.response.reason === 'string' ? reply.response.reason : 'error',
        reply.response,
      )
    case 'timed_out':
      return timedOut('It was not answered')
    default:
      return failed(targetFailure(reply.status, reply.reason))
  }
}

const answerOf = (operation: ChannelOperation, reply: ChannelReply): Reply =>
  operation.answer !== undefined && (reply.status === 'ok' || reply.status === 'error')
    ? answered(operation.answer(reply.status, reply.response), reply.response)
    : channelReply(reply, 'joined')
