// The part of the npm client that benches and tests use; the package has no types of its own.
declare module 'phoenix' {
  type Callback = (response: unknown) => void

  export interface Push {
    receive(status: string, callback: Callback): Push
  }

  export class Channel {
    join(timeout?: number): Push
    push(event: string, payload: object, timeout?: number): Push
    leave(timeout?: number): Push
    on(event: string, callback: Callback): number
  }

  export class Socket {
    constructor(
      endPoint: string,
      options?: {
        transport?: unknown
        params?: object
        timeout?: number
        heartbeatIntervalMs?: number
        heartbeatTimeoutMs?: number
        rejoinAfterMs?: (tries: number) => number
        reconnectAfterMs?: (tries: number) => number
      },
    )
    connect(): void
    disconnect(callback?: () => void, code?: number, reason?: string): void
    channel(topic: string, params?: object | (() => object)): Channel
    onOpen(callback: () => void): string
    onClose(callback: (event: { code: number }) => void): string
  }

  interface Metas {
    metas: { phx_ref: string }[]
  }

  export const Presence: {
    syncState(state: Record<string, Metas>, next: Record<string, Metas>): Record<string, Metas>
    syncDiff(
      state: Record<string, Metas>,
      diff: { joins: Record<string, Metas>; leaves: Record<string, Metas> },
    ): Record<string, Metas>
  }
}
