import type { BenchLoad } from '../frame/load.js'

/** What is measured: one GET, or a journey of three steps, each answer parsed and checked. */
export type LoadName = 'get' | 'journey'

/** Requests of one journey. */
export const requestsOf: Readonly<Record<LoadName, number>> = { get: 1, journey: 3 }

/** Connections of each generator. */
export const connections = 64

const get: Pick<BenchLoad, 'scenario' | 'contract'> = {
  scenario: `export default {
  name: 'get',
  steps: { look: { operation: 'item', answers: { 200: 'seen' } } },
  row: ({ n }) => n,
  journey: async (vu) => (await vu.look()).outcome,
}`,
  contract: `export default {
  name: 'bench', keys: {}, figures: {},
  operations: { item: { kind: 'http', method: 'GET', path: '/items/1' } },
}`,
}

const journey: Pick<BenchLoad, 'scenario' | 'contract'> = {
  scenario: `export default {
  name: 'journey',
  steps: {
    look: { operation: 'item', answers: { ready: 'free', sold: 'sold' } },
    order: { operation: 'order', answers: { 201: 'placed', 409: 'conflict' } },
    check: { operation: 'status', answers: { ready: 'ready', waiting: 'waiting' } },
  },
  row: ({ n }) => ({ n, buyer: 'buyer-' + n, amount: 1 + n % 4 }),
  async journey(vu, { n, buyer, amount }) {
    const found = await vu.look({ item: n })
    if (found.outcome !== 'free') return found.outcome
    const { id, version, price } = found.json
    const order = await vu.order({ item: id, version, buyer, amount, total: amount * price })
    if (order.outcome !== 'placed') return order.outcome
    return (await vu.check({ order: order.json.id })).outcome
  },
}`,
  contract: `export default {
  name: 'bench', keys: {}, figures: {},
  operations: {
    item: { kind: 'http', method: 'GET', path: '/items/{item}', answer: (status, json) => json.status ?? String(status) },
    order: { kind: 'http', method: 'POST', path: '/orders', body: (args) => args },
    status: { kind: 'http', method: 'GET', path: '/orders/{order}', answer: (status, json) => json.status ?? String(status) },
  },
}`,
}

/** The loads as our engine takes them. */
export const ourLoads: Readonly<Record<LoadName, Pick<BenchLoad, 'scenario' | 'contract'>>> = { get, journey }
