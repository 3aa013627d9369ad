/**
 * One open WebSocket. Whoever owns it calls `closed` of the socket exactly once when it is gone, also after `close` was asked
 * for: only then is it safe to dial anew, as frames and closes carry no name of their connection.
 */
export interface Transport {
  /** A text frame for a string, a binary frame for bytes. */
  send(data: string | Uint8Array): void
  close(code: number, reason: string): void
}
