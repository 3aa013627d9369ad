import { isUtf8 } from 'node:buffer'
import { controlLimit, isCloseCode, opcode } from './frames.js'

/** Who gets what a peer's frames say. All is called while `feed` runs; views end with the call. */
export interface FrameSink {
  /** A whole message; `wire` = bytes of its frames, headers included. */
  received(data: Buffer, binary: boolean, wire: number): void
  pinged(payload: Buffer): void
  /** The peer's close frame, after which nothing is read; 1005 when it carries no code. */
  peerClosed(code: number, reason: string): void
}

/** The peer broke a rule; `code` and `reason` (a short word) are what to close with. Source: RFC 6455 §7.4.1. */
export class FrameError extends Error {
  constructor(
    readonly code: 1002 | 1007 | 1009,
    readonly reason: string,
  ) {
    super(`The peer broke WebSocket's rules: ${reason}.`)
    this.name = 'FrameError'
  }
}

type Stage = 'first' | 'second' | 'length' | 'payload' | 'ended'

const nothing = Buffer.alloc(0)
// A peer that announces more gets memory as it sends, not at once.
const trusted = 1_048_576

/** Reads the frames that a server sends, however the bytes are cut. Keeps none of what it is fed. Source: RFC 6455 §5. */
export class FrameParser {
  private stage: Stage = 'first'
  private opcode = 0
  private final = false
  /** Payload of this frame, bytes: all of it, and what is still to come. */
  private length = 0
  private missing = 0
  private lengthSize = 0
  private lengthLeft = 0
  /** Opcode of the message that is under way; 0: none. */
  private kind = 0
  private wire = 0
  private kept: Buffer = nothing
  private filled = 0
  private control: Buffer = nothing

  /** `maxMessage` in bytes. */
  constructor(private readonly maxMessage: number) {}

  /** In the middle of a frame or of a message. */
  get midway(): boolean {
    return this.stage !== 'first' || this.kind !== 0
  }

  /** Takes the bytes from `at` to `end`, which may change after the call. Throws `FrameError`; then nothing more may be fed. */
  feed(data: Buffer, at: number, end: number, sink: FrameSink): void {
    let next = at
    for (;;) {
      if (this.stage === 'payload') {
        next += this.readPayload(data, next, end, sink)
        if (this.missing > 0) return
      } else {
        if (this.stage === 'ended' || next === end) return
        this.readHeader(data[next] ?? 0)
        next += 1
      }
    }
  }

  private readHeader(byte: number): void {
    if (this.stage === 'first') this.readFirst(byte)
    else if (this.stage === 'second') this.readSecond(byte)
    else this.readLength(byte)
  }

  private readFirst(byte: number): void {
    if ((byte & 0x70) !== 0) throw new FrameError(1002, 'reserved_bits')
    this.opcode = byte & 0x0f
    this.final = byte >= 0x80
    if (this.opcode > opcode.pong || (this.opcode > opcode.binary && this.opcode < opcode.close))
      throw new FrameError(1002, 'unknown_opcode')
    if (this.opcode >= opcode.close) {
      if (!this.final) throw new FrameError(1002, 'fragmented_control_frame')
    } else if (this.opcode === opcode.continuation) {
      if (this.kind === 0) throw new FrameError(1002, 'stray_continuation')
    } else {
      if (this.kind !== 0) throw new FrameError(1002, 'interrupted_message')
      this.kind = this.opcode
    }
    this.stage = 'second'
  }

  private readSecond(byte: number): void {
    if (byte >= 0x80) throw new FrameError(1002, 'masked_frame')
    if (this.opcode >= opcode.close && byte > controlLimit) throw new FrameError(1002, 'long_control_frame')
    this.lengthSize = byte < 126 ? 0 : byte === 126 ? 2 : 8
    this.lengthLeft = this.lengthSize
    this.length = this.lengthSize === 0 ? byte : 0
    if (this.lengthSize === 0) this.begin()
    else this.stage = 'length'
  }

  private readLength(byte: number): void {
    if (this.lengthLeft === 8 && byte >= 0x80) throw new FrameError(1002, 'bad_length')
    this.length = this.length * 256 + byte
    this.lengthLeft -= 1
    if (this.lengthLeft > 0) return
    // The shortest form is a must.
    if (this.length < (this.lengthSize === 2 ? 126 : 65_536)) throw new FrameError(1002, 'bad_length')
    this.begin()
  }

  private begin(): void {
    if (this.opcode < opcode.close) {
      if (this.filled + this.length > this.maxMessage) throw new FrameError(1009, 'message_too_big')
      this.wire += 2 + this.lengthSize + this.length
    }
    this.missing = this.length
    this.stage = 'payload'
  }

  /** Gives how many bytes it took. */
  private readPayload(data: Buffer, at: number, end: number, sink: FrameSink): number {
    const taken = Math.min(this.missing, end - at)
    const whole = taken === this.length
    this.missing -= taken
    if (this.opcode >= opcode.close) {
      if (!whole) this.keepControl(data, at, taken)
      if (this.missing === 0) this.endControl(whole ? data.subarray(at, at + taken) : this.control, sink)
    } else {
      const alone = whole && this.final && this.filled === 0
      if (!alone) this.keep(data, at, taken)
      if (this.missing === 0) this.endFrame(alone ? data.subarray(at, at + taken) : undefined, sink)
    }
    return taken
  }

  private keepControl(data: Buffer, at: number, taken: number): void {
    if (this.control.length === 0) this.control = Buffer.allocUnsafe(this.length)
    data.copy(this.control, this.length - this.missing - taken, at, at + taken)
  }

  private keep(data: Buffer, at: number, taken: number): void {
    const needed = this.filled + taken
    if (needed > this.kept.length) {
      const announced = Math.min(needed + this.missing, trusted)
      const capacity = Math.max(needed, announced, 2 * this.kept.length)
      const grown = Buffer.allocUnsafeSlow(Math.min(capacity, this.maxMessage))
      this.kept.copy(grown, 0, 0, this.filled)
      this.kept = grown
    }
    data.copy(this.kept, this.filled, at, at + taken)
    this.filled = needed
  }

  private endFrame(view: Buffer | undefined, sink: FrameSink): void {
    this.stage = 'first'
    if (!this.final) return
    const data = view ?? this.kept.subarray(0, this.filled)
    const binary = this.kind === opcode.binary
    const wire = this.wire
    this.kind = 0
    this.wire = 0
    this.filled = 0
    this.kept = nothing
    if (!binary && !isUtf8(data)) throw new FrameError(1007, 'invalid_utf8')
    sink.received(data, binary, wire)
  }

  private endControl(payload: Buffer, sink: FrameSink): void {
    this.stage = 'first'
    this.control = nothing
    if (this.opcode === opcode.ping) sink.pinged(payload)
    if (this.opcode !== opcode.close) return
    this.stage = 'ended'
    if (payload.length === 0) {
      sink.peerClosed(1005, '')
      return
    }
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0)
    if (!isCloseCode(code)) throw new FrameError(1002, 'bad_close_frame')
    const reason = payload.subarray(2)
    if (!isUtf8(reason)) throw new FrameError(1007, 'invalid_utf8')
    sink.peerClosed(code, reason.toString())
  }
}
