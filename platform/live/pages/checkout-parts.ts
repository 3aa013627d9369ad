import { money } from '../parts.js'
import { each, live, type Tree } from '../rendered.js'
import type { Buyer, Wrong } from './buyer.js'
import type { Cart, HeldSeat, OwnCheckout } from './cart.js'

/** Where a buyer stands; the class of the page's section. */
export type Stage = 'empty' | 'choosing' | 'started' | 'paying' | 'completed' | 'ended'

export function stageOf({ held, checkout }: Cart): Stage {
  if (checkout === undefined) return held.length > 0 ? 'choosing' : 'empty'
  if (checkout.status === 'completed') return 'completed'
  if (checkout.expired) return 'ended'
  if (checkout.status === 'started') return 'started'
  return checkout.status === 'awaiting_payment' ? 'paying' : 'ended'
}

export const heldPart = (held: readonly HeldSeat[]): Tree =>
  live`<ul id="held">${each(
    held,
    ({ seatId }) => seatId,
    ({ label, cents }) => live`<li id="held-${label}">${label}: ${money(cents)}</li>`,
  )}</ul>`

const fieldPart = (name: keyof Buyer, label: string, value: string, wrong: string | undefined): Tree =>
  live`<label for="buyer_${name}">${label}</label><input id="buyer_${name}" name="buyer[${name}]" value="${value}">
<p id="wrong-${name}" class="wrong">${wrong}</p>`

export const formPart = ({ name, email }: Buyer, wrong: Wrong): Tree =>
  live`<form id="buyer" phx-change="validate" phx-submit="start">
${fieldPart('name', 'Name', name, wrong.name)}
${fieldPart('email', 'E-mail', email, wrong.email)}
<button id="start">Go on to the payment</button>
</form>`

const totalPart = ({ totalCents }: OwnCheckout): Tree =>
  live`<p id="total" data-cents="${totalCents}">To pay: ${money(totalCents)}</p>`

const payPart = (checkout: OwnCheckout): Tree => live`${totalPart(checkout)}
<button type="button" id="pay" phx-click="pay">Pay</button>
<button type="button" id="cancel" phx-click="cancel">Give the seats back</button>`

const ticketsPart = ({ ticketCodes }: OwnCheckout): Tree =>
  live`<p>Thank you. These are your tickets:</p><ul id="tickets">${each(
    ticketCodes,
    (code) => code,
    (code) => live`<li class="ticket" id="ticket-${code}">${code}</li>`,
  )}</ul>`

/** The part of the page that depends on how far the purchase is. */
export function stagePart(stage: Stage, { checkout }: Cart, buyer: Buyer, wrong: Wrong): Tree {
  if (stage === 'choosing') return formPart(buyer, wrong)
  if (stage === 'empty' || checkout === undefined) return live`<p id="empty">You hold no seats.</p>`
  if (stage === 'started') return payPart(checkout)
  if (stage === 'paying') return live`${totalPart(checkout)}<p id="paying">Your payment is on its way.</p>`
  if (stage === 'completed') return ticketsPart(checkout)
  return live`<p id="ended">This purchase was not completed.</p>`
}
