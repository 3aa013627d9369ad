import { createDoorkeeper, type Doorkeeper } from '../auth.js'
import type { App } from '../kernel.js'
import { eventTopics } from './event-topic.js'
import type { SocketEndpoint } from './kernel.js'

/** One a node: it gathers the look-ups of a crowd that connects at once. */
const doorkeepers = new WeakMap<App, Doorkeeper>()

function doorkeeperOf(app: App): Doorkeeper {
  let doorkeeper = doorkeepers.get(app)
  if (doorkeeper === undefined) doorkeepers.set(app, (doorkeeper = createDoorkeeper(app)))
  return doorkeeper
}

/** Channels of users, `/socket/websocket?token=…&vsn=2.0.0` (contract §2). */
export const userEndpoint: SocketEndpoint = {
  path: '/socket',
  topics: [eventTopics],
  connect: async (app, params) => {
    const token = params.get('token')
    if (token === null || token === '') return 'refused'
    return (await doorkeeperOf(app).user(`Bearer ${token}`)) ?? 'refused'
  },
}
