import { doorkeeperOf } from '../auth.js'
import { eventTopics } from './event-topic.js'
import type { SocketEndpoint } from './kernel.js'

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
