import type { HttpOperation, RequestTools } from '../../../model/contract.js'
import { monotonic } from '../clock.js'
import type { Failure } from '../errors.js'
import { readSafely, type Caller } from '../reply.js'
import { answerReader } from './answer.js'
import type { Exchange } from './exchange.js'
import type { HttpPool } from './pool.js'
import { requestWriter } from './request.js'

const expired = (exchange: Exchange): Failure => {
  const { stage } = exchange.split
  if (stage === 'queue') {
    return {
      class: 'generator',
      reason: 'timeout_in_queue',
      message: 'No connection became free before the time-out.',
    }
  }
  if (stage === 'connect' || stage === 'tls') {
    return {
      class: 'target',
      reason: 'connect_timeout',
      message: 'The target did not take the connection before the time-out.',
    }
  }
  return { class: 'target', reason: 'timeout', message: 'No complete answer came before the time-out.' }
}

/** Sends an HTTP operation to one arm; journey n talks to pool n mod length. */
export function httpCaller(
  operation: HttpOperation,
  tools: RequestTools,
  headers: Readonly<Record<string, string>>,
  pools: readonly HttpPool[],
): Caller {
  const write = requestWriter(operation, tools, headers)
  const read = answerReader(operation)
  return (n, args, split, done) => {
    const pool = pools[n % pools.length]
    if (pool === undefined) throw new Error('The plan names no address for this arm.')
    const exchange: Exchange = {
      ...write(pool.origin, args),
      method: operation.method,
      split,
      fresh: false,
      retried: false,
      cancel: undefined,
      answered: (response) => done(readSafely(() => read(response, args))),
      failed: (failure) => done({ kind: 'failed', failure }),
    }
    pool.submit(exchange)
    const cancel = (): void => {
      exchange.cancel?.()
      split.end(monotonic())
    }
    return {
      split,
      cancel,
      expire: () => {
        const failure = expired(exchange)
        cancel()
        done({ kind: failure.class === 'generator' ? 'failed' : 'timed_out', failure })
      },
    }
  }
}
