import { ask } from '../ask.js'
import { Refusal } from '../../errors.js'
import type { App, PageEvent } from '../../kernel.js'
import { textOf } from '../json.js'
import { logInPath, type Leaving, type Page, type Screen, type Viewer, type Visit } from '../page.js'
import { flashPart } from '../parts.js'
import { each, live, type Tree } from '../rendered.js'
import { leaseSeats, type Lease } from '../seats/lease.js'
import type { MapViewer } from '../seats/map.js'
import type { Change, Seat } from '../seats/model.js'
import type { Flash } from '../session.js'

/** Why a wish was not granted; `none` when all is well. */
interface Notice {
  readonly kind: 'none' | 'taken' | 'limited' | 'closed' | 'unknown' | 'empty' | 'failed'
  readonly seat: string
  readonly text: string
}

const quiet: Notice = { kind: 'none', seat: '', text: '' }

/** The answers of reserve and release, as a buyer is told of them (contract §4). */
function noticeOf(status: number, seat: string): Notice {
  if (status < 300) return quiet
  if (status === 409) return { kind: 'taken', seat, text: `Seat ${seat} is taken.` }
  if (status === 429) return { kind: 'limited', seat, text: 'That was too often. Please wait a little.' }
  if (status === 400) return { kind: 'closed', seat, text: 'Nothing is on sale here at the moment.' }
  if (status >= 500) return { kind: 'failed', seat, text: `Seat ${seat} could not be had. Please try again.` }
  return { kind: 'unknown', seat, text: `Seat ${seat} is not yours to take.` }
}

const filterOf = (query: URLSearchParams): string =>
  query.get('filter') === 'available' ? 'filter-available' : 'filter-all'

/** The seat map, the viewer's own seats in it, and what became of the last wish. */
class EventScreen implements Screen {
  readonly title: string
  flash: Flash | undefined
  #filter: string
  #notice = quiet
  #viewer: MapViewer | undefined
  /** Own holds by seat. Told by the answers to own wishes, and by the map for all else. */
  readonly #mine = new Map<string, { readonly seat: Seat; readonly holdId: string }>()

  constructor(
    readonly app: App,
    readonly visit: Visit,
    readonly shown: PageEvent,
    readonly lease: Lease,
  ) {
    this.title = shown.name
    this.flash = visit.flash
    this.#filter = filterOf(visit.query)
    this.#lookMine()
  }

  render(): Tree {
    const { shared } = this.lease.map
    const { kind, seat, text } = this.#notice
    const { slug, path } = this.visit
    const mine = [...this.#mine.values()].toSorted((a, b) => a.seat.place - b.seat.place)
    // The shared dynamics stand in the order and at the places that `slots` names: four dynamics are before them.
    return live`${flashPart(this.flash)}<section id="event" class="${this.#filter}" data-event-id="${this.shown.id}"><h1>${this.title}</h1>
<dl id="counts"><dt>Available</dt><dd id="available">${shared.available}</dd><dt>Held</dt><dd id="held">${shared.held}</dd><dt>Sold</dt><dd id="sold">${shared.sold}</dd></dl>
<div id="sync" data-at="${shared.at}" data-version="${shared.version}"></div>
<div id="seats">${shared.seats}</div>
<nav><a id="show-all" href="${path}" data-phx-link="patch" data-phx-link-state="push">All seats</a>
<a id="show-available" href="${path}?filter=available" data-phx-link="patch" data-phx-link-state="push">Only free ones</a></nav>
<p id="notice" class="${kind}" data-seat="${seat}" role="status">${text}</p>
<h2>Your seats</h2>
<ul id="mine">${each(
      mine,
      ({ seat: { id } }) => id,
      ({ seat: { label } }) =>
        live`<li id="mine-${label}">${label} <button id="drop-${label}" type="button" phx-click="drop" phx-value-seat="${label}">Release</button></li>`,
    )}</ul>
<button type="button" id="checkout" phx-click="checkout">Check out</button>
<a id="to-checkout" href="/t/${slug}/checkout?event=${this.shown.slug}" data-phx-link="redirect" data-phx-link-state="push">To the checkout</a>
</section>`
  }

  follow(viewer: Viewer): void {
    this.#viewer = {
      userId: this.visit.caller?.userId,
      push: (diff) => viewer.push(diff),
      own: (change) => viewer.changed(() => this.#own(change)),
    }
    this.lease.map.attach(this.#viewer)
    this.#lookMine()
  }

  async event(name: string, fields: URLSearchParams): Promise<Leaving | undefined> {
    if (name === 'pick' || name === 'drop') return this.#wish(name, fields.get('seat') ?? '')
    if (name !== 'checkout') return undefined
    if (this.#mine.size > 0)
      return { kind: 'navigate', to: `/t/${this.visit.slug}/checkout?event=${this.shown.slug}` }
    this.#notice = { kind: 'empty', seat: '', text: 'Choose a seat first.' }
    return undefined
  }

  async params(query: URLSearchParams): Promise<void> {
    this.#filter = filterOf(query)
  }

  close(): void {
    if (this.#viewer !== undefined) this.lease.map.detach(this.#viewer)
    this.lease.end()
  }

  async #wish(name: 'pick' | 'drop', label: string): Promise<Leaving | undefined> {
    const { caller } = this.visit
    if (caller === undefined) return { kind: 'redirect', to: logInPath(this.visit) }
    const seat = this.lease.map.model.find(label)
    if (seat === undefined) {
      this.#notice = noticeOf(404, label)
      return undefined
    }
    const place = { event_id: this.shown.id, seat_id: seat.id }
    const { status, body } = await ask(this.app, caller, name === 'pick' ? 'reserve' : 'release', place)
    this.#notice = noticeOf(status, label)
    if (status >= 300) return undefined
    // The seat's new status comes to all by the bus; what is the viewer's own comes with this answer.
    if (name === 'pick') this.#mine.set(seat.id, { seat, holdId: textOf(body, 'hold_id') ?? '' })
    else this.#mine.delete(seat.id)
    return undefined
  }

  #own({ seat, gained, lost }: Change): void {
    const me = this.visit.caller?.userId
    if (gained !== undefined && gained.userId === me) this.#mine.set(seat.id, { seat, holdId: gained.holdId })
    else if (lost !== undefined && this.#mine.get(seat.id)?.holdId === lost.holdId) this.#mine.delete(seat.id)
  }

  #lookMine(): void {
    const me = this.visit.caller?.userId
    this.#mine.clear()
    for (const seat of me === undefined ? [] : this.lease.map.model.heldBy(me))
      this.#mine.set(seat.id, { seat, holdId: seat.holder?.holdId ?? '' })
  }
}

/** The seat map of a public event: seat statuses for all, holders for nobody (contract §3, §4). */
export const eventPage: Page = {
  name: 'event',
  path: '/t/:slug/events/:event_slug',
  open: async (app, visit) => {
    const event = await app.seams.findPageEvent(app, visit.slug, visit.params.event_slug ?? '')
    if (event === undefined) throw new Refusal(404, 'event_not_found')
    return new EventScreen(app, visit, event, await leaseSeats(app, event.organizationId, event.id))
  },
}
