import type { SocketEndpoint } from '../realtime/kernel.js'
import { liveTopics } from './join.js'
import { callerOf, connectedSession } from './session.js'

/** Where LiveView clients connect, `/live/websocket` (contract §2). Nobody is refused here: a join says `stale` instead. */
export const liveEndpoint: SocketEndpoint = {
  path: '/live',
  topics: [liveTopics],
  connect: async (app, params, headers) => {
    const session = connectedSession(app, params, headers)
    return session === undefined ? undefined : callerOf(app, session)
  },
}
