import type { Arrivals, Load } from './load.js'
import type { Micros } from './time.js'

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/**
 * One operation of the contract, and the outcome that each of its answers means. Anything else is an error.
 * Without an operation: what is done on an open page or channel, or only seen there.
 */
export interface Call<Outcome extends string = string> {
  readonly operation?: string
  readonly answers: Readonly<Record<string, Outcome>>
}

export type Steps = Readonly<Record<string, Call>>
type OutcomeOf<C> = C extends Call<infer Outcome> ? Outcome : never

/** What a step gave back. `json` is the body without its `data` envelope, `{}` when it had none. */
export interface Answer<Outcome extends string = string> {
  readonly outcome: Outcome | 'error'
  /** The answer as the contract's operation named it: a status code, or a word of the body. */
  readonly answer: string
  readonly json: JsonObject
  /** Wall clock when the answer was complete, milliseconds since 1970 with their fraction. */
  readonly at: number
}

export type StepArguments = Readonly<Record<string, Json | undefined>>

/** Selectors of a page by the answer that they stand for: the first that the page shows is the step's answer. */
export type Shows = Readonly<Record<string, string>>

/** An element as a page shows it. */
export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * A LiveView page that is open. What is done on it is a step: it ends with the first of `shows` that the page shows, else with
 * the server's reply, whose word is `ok`, `redirect`, `live_redirect`, … An element that is not there, or takes no such
 * event, ends it with the answer `stuck`. Source: phoenix_live_view, `Phoenix.LiveView.Channel`.
 */
export interface Page<S extends Steps> {
  /** Sends the element's own `phx-click` with its values, or follows its link. */
  readonly click: <K extends keyof S & string>(
    step: K,
    selector: string,
    shows?: Shows,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  /** The form's `phx-change`, with these values laid over those that it shows. */
  readonly change: <K extends keyof S & string>(
    step: K,
    form: string,
    values: Readonly<Record<string, string>>,
    shows?: Shows,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  /** The form's `phx-submit`. */
  readonly submit: <K extends keyof S & string>(
    step: K,
    form: string,
    values: Readonly<Record<string, string>>,
    shows?: Shows,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  /** An event by its name, as a hook pushes it: also on a page whose tree is not kept. */
  readonly push: <K extends keyof S & string>(
    step: K,
    event: string,
    value: JsonObject,
    shows?: Shows,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  /** Live navigation within the session: no page is loaded. */
  readonly navigate: <K extends keyof S & string>(
    step: K,
    to: string,
    shows?: Shows,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  /** Waits until the page shows one of these. */
  readonly expect: <K extends keyof S & string>(step: K, shows: Shows) => Promise<Answer<OutcomeOf<S[K]>>>
  readonly find: (selector: string) => Element | undefined
  readonly html: () => string
  readonly leave: () => void
}

/** How a page is kept. A page that is only watched keeps no tree: ten thousand of them fit into one process. */
export interface PageOptions<S extends Steps> {
  readonly keep?: 'tree' | 'nothing'
  /** Step under which the diffs that tell of a change are timed, from its commit to their arrival. */
  readonly heard?: keyof S & string
}

export interface ChannelOptions<S extends Steps> {
  /** Step under which the frames that tell of a change are timed, from its commit to their arrival. */
  readonly heard?: keyof S & string
  /** Every frame that is no reply. */
  readonly on?: (event: string, payload: JsonObject) => void
}

/** A topic that is joined. */
export interface Channel<S extends Steps> {
  /** Pushes an event and waits for its reply: `ok`, or the reason of an error. */
  readonly push: <K extends keyof S & string>(
    step: K,
    event: string,
    payload: JsonObject,
  ) => Promise<Answer<OutcomeOf<S[K]>>>
  readonly leave: () => void
}

/** What a journey may do. The same port on every engine. */
export type Vu<S extends Steps> = {
  readonly [K in keyof S]: (args?: StepArguments) => Promise<Answer<OutcomeOf<S[K]>>>
} & {
  /** Opens a page: dead render, socket, join. `page` is there when the answer is `shown`. */
  readonly liveview: <K extends keyof S & string>(
    step: K,
    args: StepArguments,
    options?: PageOptions<S>,
  ) => Promise<Answer<OutcomeOf<S[K]>> & { readonly page: Page<S> | undefined }>
  /** Joins a topic, on one socket for all topics of a journey that have the same address and query. */
  readonly socket: <K extends keyof S & string>(
    step: K,
    args: StepArguments,
    options?: ChannelOptions<S>,
  ) => Promise<Answer<OutcomeOf<S[K]>> & { readonly channel: Channel<S> | undefined }>
  /** When the phase of this journey began, wall-clock milliseconds as in `Answer.at`. */
  readonly began: number
  /** Times what was seen rather than done: from `since`, wall-clock milliseconds as in `Answer.at`, until now. */
  readonly observe: <K extends keyof S & string>(
    step: K,
    answer: keyof S[K]['answers'] & string,
    since: number,
  ) => void
  /** Keep a fact that the target gave, for the invariants to weigh against the stores. */
  readonly receipt: (kind: string, fact: JsonObject) => void
  /** Wait as a user would; the time is nobody's latency. */
  readonly think: (time: Micros) => Promise<void>
}

/** An entity that `prepare` made: an id and what else a journey needs of it. */
export type Entity = Readonly<Record<string, string | number>>

/** What `prepare` made, by kind: `events`, `seats`, `buyers`, … Plain data; travels to engines as a file. */
export type Dataset = Readonly<Record<string, readonly Entity[]>>

/** How much data a scenario wants of each kind; the contract's `prepare` knows the kinds. */
export type DataShape = Readonly<Record<string, number>>

export interface RowContext {
  /** Number of the journey within its prepared data, from 0, over all phases and units. */
  readonly n: number
  readonly phase: string
  /** Entity `index` of a kind, wrapped around its length. Throws when there is none of that kind. */
  readonly entity: (kind: string, index: number) => Entity
  readonly size: (kind: string) => number
  /** A seeded whole number in [0, limit), the same on every engine. */
  readonly pick: (name: string, limit: number) => number
  /** A seeded whole number in [0, limit), rank r with weight 1 / (r + 1)^exponent. */
  readonly zipf: (name: string, limit: number, exponent: number) => number
}

/** At most and at least which share of a step's answers, 0 to 1. */
export interface Bounds {
  readonly atLeast?: number
  readonly atMost?: number
}

export interface QuantileBudget {
  readonly p50?: Micros
  readonly p90?: Micros
  readonly p95?: Micros
  readonly p99?: Micros
}

/** Log-ratio margins of a regression: a change up to `ignore` is none, one of `reject` must be excluded to pass. Shares: 0.03 is 3 %. */
export interface Tolerance {
  readonly ignore: number
  readonly reject: number
}

export type Budgets<Step extends string> = { readonly [K in Step | 'whole']?: QuantileBudget } & {
  /** First intended start to last answer of a burst. */
  readonly drain?: Micros
  /** Highest share of steps that may end in an error, 0 to 1. */
  readonly errors?: number
}

/** How many watchers there are, and over what time they come in. */
export interface Crowd {
  readonly count: number
  readonly joining: Micros
}

export interface Profile<Step extends string = string> {
  readonly load: Load | Arrivals
  /** Watchers beside the load; the scenario's `audience` says what each does. */
  readonly audience?: Crowd
  readonly budgets?: Budgets<Step>
  /** Length of a slice on one arm in paired mode; longer than a journey lasts. Default 250 ms. */
  readonly slice?: Micros
  /** Longest wait for one step's answer. Default 30 s. */
  readonly timeout?: Micros
  /**
   * Least share of its rates, 0 to 1, at which a comparison still says something. A paired gate lowers its open phases as far where
   * generator and targets share a machine that has no room for all of it, and says so. Default 1: never.
   */
  readonly leastLoad?: number
  readonly data?: (size: { readonly arrivals: number }) => DataShape
}

export interface ScenarioDefinition<S extends Steps, Row, P extends string> {
  /** Which slice of the platform it belongs to: seating, ticketing, payments, scanning, … */
  readonly slice: string
  readonly steps: S
  /** Size of the data for a number of journeys. A profile may have its own. */
  readonly data: (size: { readonly arrivals: number }) => DataShape
  /** Row n of the data, pure in n and the seed. */
  readonly row: (context: RowContext) => Row
  /** One user's way through the steps. Returns the outcome of the whole, `done` when it returns nothing. */
  readonly journey: (vu: Vu<S>, row: NoInfer<Row>) => Promise<string | void>
  /**
   * What each watcher does to get in: it joins before the first journey starts, stays while the load runs and until all is quiet,
   * and hears. Its row has the phase `audience`.
   */
  readonly audience?: (vu: Vu<S>, row: NoInfer<Row>) => Promise<string | void>
  readonly profiles: Readonly<Record<P, Profile<NoInfer<keyof S & string>>>>
  /** Expected shares of outcomes; another mix means that the run did not test what it claims. */
  readonly mix?: { readonly [K in keyof S]?: Readonly<Partial<Record<OutcomeOf<S[K]> | 'error', Bounds>>> }
  /** Which steps gate, and how far from the control is too far. Steps not named are shown, never judged. */
  readonly tolerances?: { readonly [K in (keyof S & string) | 'whole']?: 'default' | Tolerance }
  readonly invariants: readonly string[]
  /** Outcomes that are wins: each must leave exactly one receipt of this kind. `{ reserve: { won: 'hold' } }` */
  readonly wins?: { readonly [K in keyof S]?: Readonly<Partial<Record<OutcomeOf<S[K]>, string>>> }
  /** Stores that its steps talk to directly, besides the wire. */
  readonly needs?: readonly ('sql' | 'redis')[]
}

/** A profile with its load in phases and its gaps filled. */
export interface ResolvedProfile {
  readonly load: Load
  readonly audience: Crowd | undefined
  readonly budgets: Budgets<string>
  readonly slice: Micros
  readonly timeout: Micros
  readonly leastLoad: number
  readonly data: (size: { readonly arrivals: number }) => DataShape
}

/** A scenario after `scenario(…)`: the definition with its name, seen without its types. */
export interface Scenario {
  readonly name: string
  readonly slice: string
  readonly steps: Steps
  readonly data: (size: { readonly arrivals: number }) => DataShape
  readonly row: (context: RowContext) => unknown
  readonly journey: (vu: Vu<Steps>, row: unknown) => Promise<string | void>
  readonly audience: ((vu: Vu<Steps>, row: unknown) => Promise<string | void>) | undefined
  readonly profiles: Readonly<Record<string, ResolvedProfile>>
  readonly mix: Readonly<Record<string, Readonly<Record<string, Bounds>>>>
  readonly tolerances: Readonly<Record<string, Tolerance>>
  readonly invariants: readonly string[]
  readonly wins: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly needs: readonly ('sql' | 'redis')[]
}
