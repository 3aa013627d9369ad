import type { Failure } from '../errors.js'

/** What a WebSocket tells. All times are monotonic µs. The last call is `closed` or `failed`; then its socket is gone. */
export interface WireEvents {
  /** TCP, and TLS where the origin is secure, is there. */
  connected?(at: number): void
  /** The 101 is there. */
  opened(at: number): void
  /**
   * A whole message. Bytes are a view that ends with the call; text may come as a string or as its bytes. `at` is when the bytes that completed it were read, before they
   * were parsed; `wire` is the size of its frames in bytes, headers included (inside TLS).
   */
  message(data: string | Uint8Array, binary: boolean, at: number, wire: number): void
  /**
   * It was open and is closed. Code and reason of the peer's close frame, 1005 for one without a code; 1002, 1007 or 1009 and a short word
   * (`masked_frame`, `invalid_utf8`, `message_too_big`, …) when the peer broke the rules; 1006 and a short word without a close frame:
   * `ended`, `cut_off` (in the middle of a message), `reset`, `close_timeout`, `destroyed`. `clean`: both sides sent a close frame.
   */
  closed(code: number, reason: string, clean: boolean): void
  /**
   * It was never open: a socket's reasons (`refused`, `reset`, `tls`, `no_port`, …), `connect_timeout`, `timeout` (no answer to the upgrade),
   * `malformed` (not HTTP), `upgrade_403` and the like, `bad_upgrade` (a 101 that is none), `aborted`.
   */
  failed(failure: Failure): void
}

/** An open WebSocket, or one on its way. */
export interface Wire {
  readonly isOpen: boolean
  /** Bytes that the system has not taken yet. */
  readonly buffered: number
  /** A string goes as text, bytes go as binary. Gives the bytes written, 0 when it is not open. */
  send(data: string | Uint8Array): number
  /**
   * Begins the close handshake; a second later the socket goes by force. Messages that still come are dropped, as a browser does.
   * Before it is open: `failed` with `aborted`. Throws `RangeError` for a code or reason that no close frame may carry.
   */
  close(code: number, reason: string): void
  /** Gives up the socket at once. */
  destroy(): void
}
