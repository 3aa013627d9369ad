import type { Socket } from 'node:net'
import { monotonic } from '../../journey/clock.js'
import { aborted, socketFailure, type Failure } from '../../journey/errors.js'
import type { Meter } from '../http/exchange.js'
import { openSocket } from '../socket.js'
import { FrameError, FrameParser, type FrameSink } from './frame-parser.js'
import { closePayload, encodeFrame, opcode, type Opcode } from './frames.js'
import type { Wire, WireEvents } from '../../journey/live/wire.js'
import type { WsRequest } from './port.js'
import { UpgradeError, UpgradeReader, writeUpgrade } from './upgrade.js'

/**
 * `closing`: our close frame is out, the peer's is awaited. `ending`: nothing more is said, the peer is to close the socket; it goes first so
 * that TIME_WAIT stays on its side (RFC 6455 §7.1.1).
 */
type State = 'connecting' | 'upgrading' | 'open' | 'closing' | 'ending' | 'gone'

interface End {
  readonly code: number
  readonly reason: string
  readonly clean: boolean
}

const defaultMaxMessage = 16_777_216
const closeTimeout = 1_000
const pongLimit = 65_536

// One for all sockets of this thread: Node calls back before it reads again, and nobody keeps a view beyond that.
const shared = Buffer.allocUnsafeSlow(65_536)

// One function each for all sockets, which Node calls on the socket itself.
type Owned = Socket & { owner?: Connection }

function onConnect(this: Owned): void {
  this.owner?.ask()
}

function onError(this: Owned, error: unknown): void {
  this.owner?.broke(error)
}

// Else a peer that no longer reads would keep what we still have to send, and the socket with it.
function onEnd(this: Owned): void {
  this.destroy()
}

function onClose(this: Owned): void {
  this.owner?.finish()
}

const reset: Failure = {
  class: 'target',
  reason: 'reset',
  message: 'The target closed the connection before its answer to the upgrade.',
}

const tooLate = (state: State): Failure =>
  state === 'connecting'
    ? {
        class: 'target',
        reason: 'connect_timeout',
        message: 'The target did not take the connection before the time-out.',
      }
    : {
        class: 'target',
        reason: 'timeout',
        message: 'No complete answer to the upgrade came before the time-out.',
      }

const lost = (reason: string): End => ({ code: 1006, reason, clean: false })

/** One WebSocket, as a client. Source: RFC 6455. */
export class Connection implements Wire, FrameSink {
  private readonly socket: Owned
  private readonly parser: FrameParser
  private state: State = 'connecting'
  private wasOpen = false
  private upgrade: UpgradeReader | undefined
  private timer: NodeJS.Timeout | undefined
  private error: unknown
  private failure: Failure | undefined
  private end: End | undefined
  /** When the bytes that are being parsed were read. */
  private at = 0

  constructor(
    request: WsRequest,
    private readonly handlers: WireEvents,
    private readonly meter: Meter,
  ) {
    const { origin, path, headers, localAddress, timeout, maxMessage = defaultMaxMessage } = request
    this.upgrade = new UpgradeReader(writeUpgrade(origin, path, headers))
    this.parser = new FrameParser(maxMessage)
    this.socket = openSocket(origin, {
      localAddress,
      onread: {
        buffer: shared,
        callback: (length) => {
          this.read(length)
          return true
        },
      },
    })
    this.socket.owner = this
    // Not `once`: each would cost a function more, and a table of listeners that has lost one is ten times as large.
    this.socket.on(origin.secure ? 'secureConnect' : 'connect', onConnect)
    this.socket.on('error', onError)
    this.socket.on('end', onEnd)
    this.socket.on('close', onClose)
    this.timer = setTimeout(() => this.giveUp(tooLate(this.state)), Math.ceil(timeout / 1_000))
  }

  get isOpen(): boolean {
    return this.state === 'open'
  }

  get buffered(): number {
    return this.socket.writableLength
  }

  send(data: string | Uint8Array): number {
    if (this.state !== 'open') return 0
    return this.write(typeof data === 'string' ? opcode.text : opcode.binary, data)
  }

  close(code: number, reason: string): void {
    const payload = closePayload(code, reason)
    if (this.state === 'connecting' || this.state === 'upgrading') this.giveUp(aborted)
    if (this.state !== 'open') return
    this.write(opcode.close, payload)
    this.state = 'closing'
    this.forceLater()
  }

  destroy(): void {
    if (this.state === 'connecting' || this.state === 'upgrading') this.giveUp(aborted)
    else this.drop('destroyed')
  }

  received(data: Buffer, binary: boolean, wire: number): void {
    if (this.state === 'open') this.handlers.message(data, binary, this.at, wire)
  }

  pinged(payload: Buffer): void {
    // A peer that asks without reading must not fill our memory; it may leave answers out (RFC 6455 §5.5.3).
    if (this.state === 'open' && this.socket.writableLength < pongLimit) this.write(opcode.pong, payload)
  }

  peerClosed(code: number, reason: string): void {
    if (this.state === 'gone') return
    if (this.state === 'open') {
      this.write(opcode.close, closePayload(code === 1005 ? undefined : code, ''))
      this.forceLater()
    }
    this.state = 'ending'
    this.end = { code, reason, clean: true }
  }

  /** Told by its socket, as are `broke` and `finish`. */
  ask(): void {
    const text = this.upgrade?.request.text
    if (text === undefined || this.state !== 'connecting') return
    this.state = 'upgrading'
    this.meter.connections += 1
    this.handlers.connected?.(monotonic())
    if (this.socket.destroyed) return
    this.socket.write(text)
    this.meter.bytesSent += Buffer.byteLength(text)
  }

  broke(error: unknown): void {
    this.error ??= error
  }

  private read(length: number): void {
    const at = monotonic()
    this.meter.bytesReceived += length
    switch (this.state) {
      case 'upgrading':
        this.readUpgrade(length, at)
        break
      case 'open':
      case 'closing':
        this.readFrames(0, length, at)
        break
      case 'connecting':
      case 'ending':
      case 'gone':
        break
    }
  }

  private readUpgrade(length: number, at: number): void {
    const frames = this.readAnswer(shared.subarray(0, length))
    if (frames === undefined) return
    this.upgrade = undefined
    clearTimeout(this.timer)
    this.timer = undefined
    this.wasOpen = true
    this.state = 'open'
    this.handlers.opened(at)
    this.readFrames(frames, length, at)
  }

  private readAnswer(data: Buffer): number | undefined {
    try {
      return this.upgrade?.feed(data)
    } catch (error) {
      if (!(error instanceof UpgradeError)) throw error
      this.giveUp(error.failure)
      return undefined
    }
  }

  private readFrames(from: number, to: number, at: number): void {
    this.at = at
    try {
      this.parser.feed(shared, from, to, this)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.fail(error)
    }
  }

  private write(kind: Opcode, payload: string | Uint8Array): number {
    const frame = encodeFrame(kind, payload)
    this.socket.write(frame)
    this.meter.bytesSent += frame.length
    return frame.length
  }

  /** Tells the peer what it did wrong, and hears no more of it. Source: RFC 6455 §7.1.7. */
  private fail({ code, reason }: FrameError): void {
    if (this.state === 'gone') return
    if (this.state === 'open') this.write(opcode.close, closePayload(code, reason))
    this.state = 'ending'
    this.end = { code, reason, clean: false }
    // It is read to its end, not dropped: a reset could overtake our close frame.
    this.socket.end()
    this.forceLater()
  }

  private forceLater(): void {
    this.timer ??= setTimeout(() => this.drop('close_timeout'), closeTimeout)
  }

  private drop(reason: string): void {
    this.end ??= lost(reason)
    this.state = 'gone'
    this.socket.destroy()
  }

  private giveUp(failure: Failure): void {
    this.failure ??= failure
    this.state = 'gone'
    this.socket.destroy()
  }

  finish(): void {
    clearTimeout(this.timer)
    this.state = 'gone'
    if (this.wasOpen) {
      const { code, reason, clean } = this.end ?? lost(this.lossOf())
      this.handlers.closed(code, reason, clean)
    } else {
      this.handlers.failed(this.failure ?? (this.error === undefined ? reset : socketFailure(this.error)))
    }
  }

  private lossOf(): string {
    if (this.error !== undefined) return socketFailure(this.error).reason
    return this.parser.midway ? 'cut_off' : 'ended'
  }
}
