import { parts, type Engine, type Part } from '../../model/engine.js'

/** k6 waits for no connection of a pool, and does not tell how long a socket's upgrade took. */
const unseen: readonly Part[] = ['queue', 'upgrade']

/** What k6 can see and do, wherever it runs. */
export const capabilities: Engine['capabilities'] = {
  parts: parts.filter((part) => !unseen.includes(part)),
  transports: ['http', 'redis', 'socket'],
}
