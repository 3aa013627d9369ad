import type { Engine } from '../../model/engine.js'
import { ms } from '../../model/time.js'

/** What k6 can see and do, wherever it runs. */
export const capabilities: Engine['capabilities'] = {
  clockResolution: ms(1),
  parts: [
    'total',
    'service',
    'lag',
    'connect',
    'tls',
    'send',
    'wait',
    'receive',
    'page',
    'join',
    'reply',
    'effect',
    'unattributed',
  ],
  transports: ['http', 'redis', 'socket'],
}
