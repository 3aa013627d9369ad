import type { Frame } from '../../../phoenix/frame.js'
import type { Channel, ChannelEvents } from '../../../phoenix/socket.js'
import { targetFailure } from './binding.js'
import type { Failure } from '../errors.js'
import { closedWith, type Line, type LineUser } from './line.js'

export interface TopicListener {
  frame(frame: Frame, at: number): void
  /** The topic or its socket ended without our asking, after it was joined. */
  gone(failure: Failure): void
  odd(word: string, what: string): void
}

/** What is told while a topic is on its way. */
export interface TopicOpening {
  upgrading(at: number): void
  joining(at: number): void
  /** It came to nothing. */
  broke(failure: Failure): void
}

/** A topic of a line, from the dialling on. Thousands are joined at once: what only the join needs is let go with it. */
export class OpenTopic implements LineUser, ChannelEvents {
  private channel: Channel | undefined

  constructor(
    private readonly line: Line,
    private readonly listener: TopicListener,
    private opening: TopicOpening | undefined,
  ) {}

  /** It is joined: from now on the listener is told. */
  joined(channel: Channel): void {
    this.channel = channel
    this.opening = undefined
  }

  /** Neither joined nor on its way any more. */
  giveUp(): void {
    this.channel = undefined
    this.opening = undefined
    this.line.unuse(this)
  }

  /** Leaves it; `timeout` in microseconds. */
  leave(timeout: number): void {
    const { channel } = this
    this.giveUp()
    channel?.leave(timeout)
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
    this.end(targetFailure('disconnected', closedWith(code, reason)))
  }

  odd(word: string, what: string): void {
    this.listener.odd(word, what)
  }

  message(frame: Frame, at: number): void {
    this.listener.frame(frame, at)
  }

  crashed(): void {
    this.end(targetFailure('crashed', 'The topic crashed.'))
  }

  closed(): void {
    this.end(targetFailure('channel_closed', 'The target closed the topic.'))
  }

  private end(failure: Failure): void {
    if (this.opening !== undefined) this.opening.broke(failure)
    else if (this.channel !== undefined) this.listener.gone(failure)
  }
}
