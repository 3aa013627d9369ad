import type { App, UserCaller } from '../kernel.js'
import type { Tree } from './rendered.js'
import type { Flash } from './session.js'

/** Somebody's wish to see a page. */
export interface Visit {
  /** The tenant's word in the path. */
  readonly slug: string
  readonly params: Readonly<Record<string, string | undefined>>
  /** Path without query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Who is logged in, of whatever tenant. */
  readonly caller: UserCaller | undefined
  readonly flash: Flash | undefined
}

/** `redirect`: another document. `navigate`: another view on the same socket. `patch`: another address of this view. */
export interface Leaving {
  readonly kind: 'redirect' | 'navigate' | 'patch'
  readonly to: string
}

/** Whoever shows a screen to a connected client. Work is done one after another, as a LiveView's mailbox is read. */
export interface Viewer {
  /** Something other than this client changed the screen: runs `work`, then sends what differs. */
  changed(work?: () => Promise<void> | void): void
  /** Sends a diff as it is. */
  push(diff: string): void
}

/** A page as one visitor sees it, in a dead render or over a socket. */
export interface Screen {
  readonly title: string
  flash: Flash | undefined
  render(): Tree
  /** The client is connected: from here on the viewer hears of changes. Called right before the first `render`. */
  follow(viewer: Viewer): void
  /** A click or a form. Fields are its values, `phx-value-*` or inputs. Names that the page does not know do nothing. */
  event(name: string, fields: URLSearchParams): Promise<Leaving | undefined>
  /** The address has another query now. */
  params(query: URLSearchParams): Promise<void>
  close(): void
}

export interface Page {
  /** Word for the route, the view and its token, `event`. */
  readonly name: string
  readonly path: string
  /**
   * The page for this visit, or `log-in` when nobody is logged in and somebody must be. Screens must be closed.
   * @throws Refusal 403, 404.
   */
  open(app: App, visit: Visit): Promise<Screen | 'log-in'>
}

/** Where to log in, and to come back to. */
export const logInPath = ({ path, query }: Pick<Visit, 'path' | 'query'>): string => {
  const back = query.size === 0 ? path : `${path}?${query.toString()}`
  return `/auth/log-in?${new URLSearchParams({ back }).toString()}`
}

/** An absolute address; undefined when it is none. */
export const readUrl = (address: string | undefined): URL | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address) : undefined
