import { encodeText, type Frame } from './frame.js'
import type { Line } from './line.js'

/**
 * The heartbeat of one connection: the first after `first`, the next `every` after each answer, and an answer is late after
 * `every` (microseconds). Source: phoenix-wire §2 and §7.
 */
export class Heartbeat {
  /** When it is to be sent, or late; Infinity while there is no connection. */
  due = Infinity
  private ref: string | undefined
  private sentAt = 0

  constructor(
    private readonly line: Line,
    private readonly every: number,
    private readonly first: number,
  ) {}

  start(): void {
    this.ref = undefined
    this.wait(this.line.now + this.first)
  }

  stop(): void {
    this.ref = undefined
    this.due = Infinity
  }

  /** Sends the heartbeat if it is due. `late`: the one before was not answered in time. */
  beat(now: number): 'late' | 'fine' {
    if (now < this.due) return 'fine'
    if (this.ref !== undefined) return 'late'
    this.ref = this.line.nextRef()
    this.sentAt = this.line.now
    this.wait(now + this.every)
    this.line.transport?.send(encodeText(null, this.ref, 'phoenix', 'heartbeat', '{}'))
    return 'fine'
  }

  /** Microseconds that the answer took, or undefined when the frame is none. */
  answered({ topic, event, ref }: Frame, at: number): number | undefined {
    if (ref === null || ref !== this.ref || topic !== 'phoenix' || event !== 'phx_reply') return undefined
    this.ref = undefined
    this.wait(at + this.every)
    return at - this.sentAt
  }

  private wait(until: number): void {
    this.due = until
    this.line.alarm.by(until)
  }
}
