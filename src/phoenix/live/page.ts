import { detached } from '../detached.js'
import { attributesOf, nextTag, tagAt, type Attributes } from './tags.js'
import { absolute } from './urls.js'

/** A view that has its own session token in the page. */
export interface RootView {
  readonly id: string
  /** Signed; it contains the id. */
  readonly session: string
  readonly static: string | null
}

/** Another view of the page. One with a parent gets its session in the parent's join; a sticky one brings it. */
export interface OtherView extends RootView {
  readonly parentId: string | null
  readonly sticky: boolean
}

/** What the dead render says that a join needs. */
export interface DeadPage {
  readonly csrf: string
  /** The routed view, or the first one when none is. */
  readonly root: RootView
  /** Absolute addresses of `phx-track-static`. */
  readonly tracked: readonly string[]
  readonly children: readonly OtherView[]
}

/** Attributes of each tag that `mark` stands in. */
function* tagsWith(
  html: string,
  mark: string,
): Generator<{ readonly name: string; readonly attributes: Attributes }> {
  for (let at = html.indexOf(mark); at >= 0; at = html.indexOf(mark, at + mark.length)) {
    const tag = tagAt(html, html.lastIndexOf('<', at))
    if (tag === undefined || tag.closing || tag.end < at) continue
    yield { name: tag.name, attributes: attributesOf(html, tag) }
    at = Math.max(at, tag.end - mark.length)
  }
}

const csrfOf = (html: string): string | undefined => {
  for (const { name, attributes } of tagsWith(html, 'csrf-token'))
    if (name === 'meta' && attributes.name === 'csrf-token' && attributes.content)
      return detached(attributes.content)
  return undefined
}

/** The view that a container's attributes describe. Source: phoenix-wire §3. */
export function viewOf(attributes: Attributes): OtherView | undefined {
  const { id, 'data-phx-session': session, 'data-phx-static': fixed } = attributes
  if (id === undefined || session === undefined) return undefined
  const parentId = attributes['data-phx-parent-id']
  return {
    id: detached(id),
    session: detached(session),
    static: fixed === undefined || fixed === '' ? null : detached(fixed),
    parentId: parentId === undefined || parentId === '' ? null : detached(parentId),
    sticky: attributes['data-phx-sticky'] !== undefined,
  }
}

/** Nested views in a piece of HTML that a server rendered live. */
export function nestedViews(html: string): OtherView[] {
  const views: OtherView[] = []
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, tag.end)) {
    const view = tag.closing ? undefined : viewOf(attributesOf(html, tag))
    if (view !== undefined) views.push(view)
  }
  return views
}

/**
 * The page's LiveView, or why it has none. `no_live_view`: another page, such as a login form; `no_session`: the view has no token;
 * `no_csrf`: no `<meta name="csrf-token">`. `url` is the page's own. Searches, builds no DOM. Source: phoenix-wire §3.
 */
export function readPage(
  html: string,
  url: string,
): DeadPage | { readonly missing: 'no_csrf' | 'no_live_view' | 'no_session' } {
  const views: OtherView[] = []
  let main: OtherView | undefined
  for (const { attributes } of tagsWith(html, 'data-phx-session')) {
    const view = viewOf(attributes)
    if (view === undefined) continue
    views.push(view)
    if (attributes['data-phx-main'] !== undefined) main ??= view
  }
  main ??= views.find(({ parentId, sticky }) => parentId === null && !sticky)
  if (main === undefined) return { missing: 'no_live_view' }
  if (main.session === '') return { missing: 'no_session' }
  const csrf = csrfOf(html)
  if (csrf === undefined) return { missing: 'no_csrf' }
  const tracked: string[] = []
  for (const { attributes } of tagsWith(html, 'phx-track-static')) {
    const source = attributes.src ?? attributes.href
    if (attributes['phx-track-static'] !== undefined && source !== undefined)
      tracked.push(detached(absolute(source, url)))
  }
  const { id, session, static: fixed } = main
  return {
    csrf,
    root: { id, session, static: fixed },
    tracked,
    children: views.filter((view) => view !== main && (view.parentId !== null || view.session !== '')),
  }
}
