import { parts, type Engine, type Part } from '../../model/engine.js'
import { ms } from '../../model/time.js'

/** k6 waits for no connection of a pool, and does not tell how long a socket's upgrade took. */
const unseen: readonly Part[] = ['queue', 'upgrade']

/** What k6 can see and do, wherever it runs. */
export const capabilities: Engine['capabilities'] = {
  clockResolution: ms(1),
  parts: parts.filter((part) => !unseen.includes(part)),
  transports: ['http', 'redis', 'socket'],
}
