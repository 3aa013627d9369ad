import { randomUUID } from 'node:crypto'
import { get, post, type Answer, type Paid } from './client.js'
import { Listener, topicOf } from './realtime-client.js'
import type { TestNode } from './stores.js'
import type { Tenant } from './tenant.js'

/** Listeners of one test file; all end together. */
export class Audience {
  readonly #open: Listener[] = []

  listen(node: TestNode, token: string | undefined): Listener {
    const listener = new Listener(node, token)
    this.#open.push(listener)
    return listener
  }

  /** The tenant's third buyer, who gets that role, on the topic of that domain. */
  async follow(node: TestNode, tenant: Tenant, domain: string, role: string): Promise<Listener> {
    const buyer = tenant.buyers[2]
    await node.app.pg.query('UPDATE memberships SET role = $2 WHERE user_id = $1', [buyer?.id, role])
    const listener = this.listen(node, buyer?.token)
    const { status, response } = await listener.join(topicOf(tenant, domain))
    if (status !== 'ok') throw new Error(`the join was refused: ${String(response.reason)}`)
    return listener
  }

  end(): void {
    for (const listener of this.#open.splice(0)) listener.end()
  }
}

/** Reserves or releases the seat at a place, as a buyer. */
export const act = (
  node: TestNode,
  tenant: Tenant,
  place: number,
  verb: 'reserve' | 'release',
  buyer = 0,
): Promise<Answer> =>
  post(
    `${node.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/${verb}`,
    tenant.buyers[buyer]?.token,
  )

/** The first buyer reserves seats and starts a checkout of them. */
export async function checkout(node: TestNode, tenant: Tenant, places: readonly number[]): Promise<Answer> {
  for (const place of places) await act(node, tenant, place, 'reserve')
  const held = places.map((place) => tenant.seats[place])
  return post(`${node.url}/api/checkouts`, tenant.buyers[0]?.token, { held_seat_ids: held })
}

/** A checkout that waits for its provider, and the event that would pay it. */
export async function awaiting(node: TestNode, tenant: Tenant, places: readonly number[]): Promise<Paid> {
  const { json } = await checkout(node, tenant, places)
  const complete = `${node.url}/api/checkouts/${String(json.checkout_id)}/complete`
  const waiting = await post(complete, tenant.buyers[0]?.token, { payment_token: 'tok_external' })
  const reference = waiting.json.payment_reference
  const { checkout_id: id, total_cents: amount } = json
  return { id: `evt_${randomUUID()}`, checkout: id, org: tenant.org, reference, amount }
}

/** A number of a node's metrics; 0 when it has none of that name. */
export async function metric(node: TestNode, name: string): Promise<number> {
  const { text } = await get(`${node.url}/metrics`)
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}
