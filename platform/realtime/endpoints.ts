import { liveEndpoint } from '../live/endpoint.js'
import type { SocketEndpoint } from './kernel.js'
import { userEndpoint } from './user-endpoint.js'

/** Where clients may connect. */
export const endpoints: readonly SocketEndpoint[] = [userEndpoint, liveEndpoint]
