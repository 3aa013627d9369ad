// What is used of the package, which has no types of its own.
declare module 'autocannon' {
  export interface Request {
    readonly method: 'GET' | 'POST'
    readonly path?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    /** Makes the next request of a connection from this one and the connection's own `context`. */
    readonly setupRequest?: (request: Request, context: object) => Request
    readonly onResponse?: (status: number, body: string, context: object) => void
  }

  interface Options {
    readonly url: string
    readonly connections: number
    readonly pipelining: number
    /** Seconds. */
    readonly duration: number
    readonly requests: Request[]
  }

  export interface Result {
    /** Seconds. */
    readonly duration: number
    readonly errors: number
    readonly timeouts: number
    readonly non2xx: number
    readonly requests: { readonly total: number }
  }

  export default function autocannon(options: Options): Promise<Result>
}
