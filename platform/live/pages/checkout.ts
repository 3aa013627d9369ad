import type { App, UserCaller } from '../../kernel.js'
import type { DomainEvent } from '../../realtime/kernel.js'
import { ask, type Answer } from '../ask.js'
import { textOf } from '../json.js'
import { tenantFor } from '../lookup.js'
import type { Leaving, Page, Screen, Viewer, Visit } from '../page.js'
import { flashPart } from '../parts.js'
import { live, type Tree } from '../rendered.js'
import type { Flash } from '../session.js'
import { readBuyer, wrongWith, type Buyer, type Wrong } from './buyer.js'
import { loadCart, type Cart } from './cart.js'
import { heldPart, stageOf, stagePart } from './checkout-parts.js'

interface Notice {
  readonly kind: 'none' | 'limited' | 'failed'
  readonly text: string
}

const quiet: Notice = { kind: 'none', text: '' }

/** How the page tells a buyer what a refused step was answered. */
function noticeOf({ status, body }: Answer): Notice {
  if (status < 300) return quiet
  if (status === 429) return { kind: 'limited', text: 'That was too often. Please wait a little.' }
  return { kind: 'failed', text: `This did not work: ${textOf(body, 'error') ?? status}.` }
}

/** From held seats to tickets. What is shown is what Postgres has; events only say when to look again. */
class CheckoutScreen implements Screen {
  readonly title = 'Checkout'
  flash: Flash | undefined
  #buyer: Buyer = { name: '', email: '' }
  #wrong: Wrong = {}
  #notice = quiet
  #viewer: Viewer | undefined
  #following: string | undefined
  #stop: () => void = () => undefined
  #closed = false
  #checkoutId: string | null
  readonly #eventSlug: string | null

  constructor(
    readonly app: App,
    readonly visit: Visit,
    readonly caller: UserCaller,
    readonly organizationId: string,
    private cart: Cart,
  ) {
    this.flash = visit.flash
    this.#checkoutId = visit.query.get('checkout')
    this.#eventSlug = visit.query.get('event')
  }

  render(): Tree {
    const { cart } = this
    const stage = stageOf(cart)
    const { kind, text } = this.#notice
    return live`${flashPart(this.flash)}<section id="checkout" class="${stage}" data-checkout-id="${cart.checkout?.id}"><h1>${this.title}</h1>
<p id="notice" class="${kind}" role="status">${text}</p>
${stage === 'completed' ? undefined : heldPart(cart.held)}
${stagePart(stage, cart, this.#buyer, this.#wrong)}
${this.#back()}</section>`
  }

  follow(viewer: Viewer): void {
    this.#viewer = viewer
    viewer.changed(async () => {
      await this.#listen()
      // What happened between the look that opened the page and now.
      await this.#look()
    })
  }

  async event(name: string, fields: URLSearchParams): Promise<Leaving | undefined> {
    const { checkout } = this.cart
    if (name === 'validate' || name === 'start') {
      this.#buyer = readBuyer(fields)
      this.#wrong = wrongWith(this.#buyer, fields)
    }
    if (name === 'start' && Object.keys(this.#wrong).length === 0) return this.#start()
    if (checkout === undefined) return undefined
    if (name === 'pay') {
      // `tok_fail…` and `tok_external…` mean something to the mock provider.
      const token = { payment_token: fields.get('token') ?? 'tok_card' }
      await this.#step(await ask(this.app, this.caller, 'checkout-complete', { id: checkout.id }, token))
    }
    if (name === 'cancel')
      await this.#step(await ask(this.app, this.caller, 'checkout-cancel', { id: checkout.id }))
    return undefined
  }

  async params(query: URLSearchParams): Promise<void> {
    this.#checkoutId = query.get('checkout')
    await this.#look()
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  async #start(): Promise<Leaving | undefined> {
    const seats = { held_seat_ids: this.cart.held.map(({ seatId }) => seatId) }
    const answer = await ask(this.app, this.caller, 'checkout-start', {}, seats)
    const id = textOf(answer.body, 'checkout_id')
    if (id !== undefined) this.#checkoutId = id
    await this.#step(answer)
    // So that a reload comes back to this purchase.
    return id === undefined ? undefined : { kind: 'patch', to: `${this.visit.path}?checkout=${id}` }
  }

  async #step(answer: Answer): Promise<void> {
    this.#notice = noticeOf(answer)
    await this.#look()
  }

  async #look(): Promise<void> {
    const wanted = { checkout: this.#checkoutId, event: this.#eventSlug }
    // What happened between a look and the first news of its event takes another look.
    do this.cart = await loadCart(this.app, this.caller, this.organizationId, wanted)
    while (await this.#listen())
  }

  /** Follows the event of the cart, which can be another one by now. True when it is, and nothing of it is missed from here on. */
  async #listen(): Promise<boolean> {
    const { event } = this.cart
    if (this.#closed || this.#viewer === undefined) return false
    if (event === undefined || event.id === this.#following) return false
    this.#stop()
    this.#following = event.id
    this.#stop = this.app.bus.subscribe(this.organizationId, event.id, (news) => {
      if (this.#isOurs(news)) this.#viewer?.changed(() => this.#look())
    })
    await this.app.bus.ready(this.organizationId, event.id)
    return true
  }

  #isOurs({ domain, payload, internal }: DomainEvent): boolean {
    if (domain === 'seating') return internal.user_id === this.caller.userId
    return domain === 'ticketing' && payload.checkout_id === this.cart.checkout?.id
  }

  #back(): Tree | undefined {
    const { event } = this.cart
    if (event === undefined) return undefined
    return live`<a id="back" href="/t/${this.visit.slug}/events/${event.slug}" data-phx-link="redirect" data-phx-link-state="push">Back to the seats of ${event.name}</a>`
  }
}

/** A buyer's held seats, their purchase and their tickets (contract §4). */
export const checkoutPage: Page = {
  name: 'checkout',
  path: '/t/:slug/checkout',
  open: async (app, visit) => {
    const { caller, query } = visit
    if (caller === undefined) return 'log-in'
    const { organizationId } = await tenantFor(app, { ...visit, caller })
    const wanted = { checkout: query.get('checkout'), event: query.get('event') }
    const cart = await loadCart(app, caller, organizationId, wanted)
    return new CheckoutScreen(app, visit, caller, organizationId, cart)
  },
}
