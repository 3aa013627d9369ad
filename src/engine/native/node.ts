import type { RequestTools } from '../../model/contract.js'
import { monotonic } from '../journey/clock.js'
import type { Node } from '../journey/live/node.js'
import { Split } from '../journey/split.js'
import type { Exchange } from './http/exchange.js'
import type { HttpPool } from './http/pool.js'
import { requestWriter } from './http/request.js'
import { openWs } from './ws/index.js'

/** A node of a target over this engine's own connections. */
export function nodeOver(
  pool: HttpPool,
  tools: RequestTools,
  headers: Readonly<Record<string, string>>,
): Node {
  const { origin } = new URL(pool.origin.url)
  return {
    origin,
    page: (operation, args, cookie, events) => {
      const write = requestWriter(operation, tools, { ...headers, accept: 'text/html' })
      const request = write(pool.origin, args, cookie === '' ? {} : { cookie })
      const exchange: Exchange = {
        ...request,
        method: 'GET',
        split: new Split(monotonic()),
        fresh: false,
        retried: false,
        release: undefined,
        answered: ({ head, body }) => {
          const { status, location, cookies } = head
          events.answered({ status, location, cookies, text: () => body.toString() })
        },
        failed: (failure) => events.failed(failure),
      }
      pool.submit(exchange)
      return {
        url: `${origin}${request.path}`,
        release: () => exchange.release?.(),
        late: () => pool.late(exchange),
      }
    },
    socket: (call, events) => openWs({ origin: pool.origin, ...call }, events, pool.meter),
  }
}
