import type { Arrivals } from './load.js'
import type { DataShape, Dataset, JsonObject, StepArguments, Tolerance } from './scenario.js'

/** What an operation may use to build its request. Secrets come from the environment and go nowhere else. */
export interface RequestTools {
  readonly secrets: Readonly<Record<string, string>>
  readonly hmacSha256: (key: string, data: string) => string
  /** Seconds since 1970. */
  readonly now: () => number
  readonly figures: Readonly<Record<string, number>>
}

/** Bound to an HTTP route. `path` may hold `{name}` for arguments; `auth` names the argument that carries the bearer token. */
export interface HttpOperation {
  readonly kind: 'http'
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly auth?: string
  readonly query?: (args: StepArguments) => Readonly<Record<string, string>>
  readonly body?: (args: StepArguments, tools: RequestTools) => JsonObject
  readonly headers?: (
    body: string,
    args: StepArguments,
    tools: RequestTools,
  ) => Readonly<Record<string, string>>
  /** The word for an answer, matched against the step's declaration. Default: the status code. */
  readonly answer?: (status: number, json: JsonObject, args: StepArguments) => string
}

/** Bound to one Redis command or script. The answer is the reply as text; a missing reply is `nil`. */
export interface RedisOperation {
  readonly kind: 'redis'
  readonly command: (
    args: StepArguments,
    key: KeyOf,
  ) => {
    readonly script?: string
    readonly keys: readonly string[]
    readonly args: readonly string[]
    readonly name: string
  }
  readonly answer?: (reply: string) => string
}

/** A change of one thing, as a frame tells of it. */
export interface Told {
  readonly subject: string
  /** Counts up by one with each change of the subject; undefined when the frame has none. */
  readonly version: number | undefined
  /** When the change was committed, by the target's clock: milliseconds since 1970, with their fraction. */
  readonly committedAt: number
}

/** Bound to a topic of a Phoenix socket. `topic` may hold `{name}` for arguments. Source: Phoenix, `Phoenix.Socket.V2.JSONSerializer`. */
export interface ChannelOperation {
  readonly kind: 'channel'
  /** Path of the socket's endpoint, without `/websocket`. */
  readonly socket: string
  /** Argument that carries the caller's token: no receipt keeps it. */
  readonly auth?: string
  /** Query of the upgrade, besides `vsn`. */
  readonly params?: (args: StepArguments) => Readonly<Record<string, string>>
  readonly topic: string
  readonly join?: (args: StepArguments) => JsonObject
  /** The word for a join's reply. Default: `joined`, or the reason of the refusal. */
  readonly answer?: (status: string, response: JsonObject) => string
  /** The change that a frame tells of, if any. */
  readonly tells?: (event: string, payload: JsonObject) => Told | undefined
  /** A word for what is wrong with a frame: too large, private. `size` in bytes. */
  readonly inspect?: (event: string, payload: JsonObject, size: number) => string | undefined
}

/** Bound to a LiveView page: its dead render, its socket, its join. Source: phoenix_live_view, `Phoenix.LiveView.Static`, `Phoenix.LiveView.Channel`. */
export interface ViewOperation {
  readonly kind: 'view'
  readonly path: string
  /** Argument that carries a bearer token, with which the page's request logs its session in. */
  readonly auth?: string
  readonly query?: (args: StepArguments) => Readonly<Record<string, string>>
  /** Path of the LiveView socket's endpoint, without `/websocket`. */
  readonly socket: string
  /** Another CSRF token in place of the page's own: an attack, which must be refused. */
  readonly forge?: (token: string) => string
  /** Text that only this page has: a login page is an answer too, but not this one. */
  readonly landmark?: string
  /** The commit of the change that a diff shows, milliseconds since 1970 with their fraction; looked for in its JSON text. */
  readonly tells?: (diff: string) => number | undefined
  /** A word for what is wrong with a diff. `size` in bytes. */
  readonly inspect?: (diff: string, size: number) => string | undefined
}

export type Operation = HttpOperation | RedisOperation | ChannelOperation | ViewOperation

/** A Redis key by its name in `contract.keys`, with `{parts}` filled in. */
export type KeyOf = (name: string, parts: Readonly<Record<string, string | number>>) => string

export interface Sql {
  /** Rows of one statement with `$1` parameters. */
  readonly query: <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>
  /** COPY into `table (columns)`; values as text, null for NULL. Returns the number of rows. */
  readonly copy: (
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly (string | number | null)[]>,
  ) => Promise<number>
}

export interface RedisStore {
  readonly call: (command: string, ...args: (string | number)[]) => Promise<unknown>
  readonly buffer: (command: string, ...args: (string | number)[]) => Promise<Uint8Array | null>
  /** Many commands in one round trip. */
  readonly pipeline: (commands: readonly (readonly (string | number)[])[]) => Promise<unknown[]>
  /** All keys that match, by SCAN. */
  readonly scan: (pattern: string) => Promise<string[]>
}

export interface Stores {
  readonly sql?: Sql
  readonly redis?: RedisStore
}

export interface PrepareTools {
  readonly sql: Sql
  readonly redis: RedisStore | undefined
  readonly key: KeyOf
  readonly figures: Readonly<Record<string, number>>
  readonly seed: string
}

/** A fact that the target gave to a journey. `n` is the journey, `at` wall-clock milliseconds. */
export interface Receipt {
  readonly kind: string
  readonly n: number
  readonly at: number
  readonly fact: JsonObject
}

export interface TruthTools {
  readonly receipts: readonly Receipt[]
  readonly dataset: Dataset
  readonly key: KeyOf
  readonly figures: Readonly<Record<string, number>>
  /** True during load: reads must then tolerate what is in flight. */
  readonly underLoad: boolean
}

/** A thing that breaks an invariant: an id that a person can look up, and what is wrong with it. */
export interface Offender {
  readonly id: string
  readonly what: string
}

/** Must hold for every single event. `wire` needs receipts alone; `store` reads the stores. Empty result: it holds. */
export interface Invariant {
  /** Number in the contract, `I1`, or the section that promises it, `§8`. Parts of one promise share it. */
  readonly id: string
  readonly title: string
  readonly needs: readonly ('sql' | 'redis')[]
  readonly wire?: (tools: TruthTools) => readonly Offender[]
  /**
   * What it is about, in the plural, and how many of them were looked at. Shown where it held: a promise about holds is
   * easily kept where nobody held anything.
   */
  readonly about?: {
    readonly what: string
    readonly count: (
      tools: TruthTools & { readonly sql: Sql; readonly redis: RedisStore },
    ) => number | Promise<number>
  }
  /** Why these receipts cannot tell, if they cannot: without an offender it is then not checked, rather than held. */
  readonly blind?: (tools: TruthTools) => string | undefined
  readonly store?: (
    tools: TruthTools & { readonly sql: Sql; readonly redis: RedisStore },
  ) => Promise<readonly Offender[]>
}

/** One figure of what a target says of itself, beside what the wire shows. Shown; with a `tolerance` it gates. */
export interface Probe {
  /** For a person, with its unit where that is no plain number. */
  readonly title: string
  readonly unit: 'share' | 'per_request' | 'count'
  /**
   * The figure of one unit of load on one arm, all nodes together, from its series by name and labels in order:
   * `lookups_total{layer="ets",result="hit"}`. Of a counter the growth over the unit, of anything else the value at its end.
   * Undefined when what it needs is missing: that is no data, never zero. Source: contract §12.
   */
  readonly of: (change: ReadonlyMap<string, number>) => number | undefined
  /** Which way is the good one. Default: a share is better higher, all else lower. */
  readonly better?: 'lower' | 'higher'
  /** What is expected of it, shown and never judged; with `during`, only of units that have arrivals of this kind. */
  readonly atLeast?: number
  readonly atMost?: number
  readonly during?: Arrivals['kind']
  /** With it the figure gates in units of slices: work is counted, and hardly differs between equal builds. */
  readonly tolerance?: Tolerance
}

/** What the platform promises. Replaceable: a user's own contract, or settings over ours. */
export interface Contract {
  readonly name: string
  readonly operations: Readonly<Record<string, Operation>>
  /** Templates of Redis keys. */
  readonly keys: Readonly<Record<string, string>>
  /** TTLs, limits and graces, in the unit that their name ends with. */
  readonly figures: Readonly<Record<string, number>>
  readonly preflight: {
    /** Operation that says whether the target lives. */
    readonly health: string
    /** Undefined when the health answer is this platform's, else what is wrong with it. */
    readonly recognise: (answer: string, json: JsonObject) => string | undefined
    /** A cheap operation that needs credentials, tried with the first buyer. Answers that mean "refused". */
    readonly whoami: {
      readonly operation: string
      readonly kind: string
      readonly refused: readonly string[]
    }
    /** Operation that logs in with `email` and `password`, and the name of the token in its answer. */
    readonly login: { readonly operation: string; readonly token: string }
  }
  readonly data: {
    readonly prepare: (shape: DataShape, tools: PrepareTools) => Promise<Dataset>
    readonly clean: (dataset: Dataset, tools: PrepareTools) => Promise<void>
    /**
     * Undefined where the stores hold the rows that were prepared, else what they lack, in words: `Postgres has none of its events`.
     * Asked before rows of an earlier command are weighed: what other stores lack was not lost by the target. Default: not asked.
     */
    readonly lacks?: (dataset: Dataset, tools: PrepareTools) => Promise<string | undefined>
    /** Undefined once nothing is in flight and expiries have passed, else what is still moving. Polled. */
    readonly quiet: (
      tools: TruthTools & { readonly sql: Sql; readonly redis: RedisStore },
    ) => Promise<string | undefined>
  }
  readonly invariants: Readonly<Record<string, Invariant>>
  /** HTTP operation that answers with a node's metrics, as Prometheus text; it gets no arguments. Default: `metrics`. */
  readonly metrics?: string
  /** Figures from what the operation `metrics` answers. */
  readonly probes?: Readonly<Record<string, Probe>>
}

/** What a user's configuration may lay over a contract, leaf by leaf. */
export interface ContractSettings {
  readonly operations?: Readonly<
    Record<
      string,
      {
        readonly path?: string
        readonly method?: string
        /** Path of a page's or topic's socket, without `/websocket`. */
        readonly socket?: string
        readonly topic?: string
      }
    >
  >
  readonly keys?: Readonly<Record<string, string>>
  readonly figures?: Readonly<Record<string, number>>
}
