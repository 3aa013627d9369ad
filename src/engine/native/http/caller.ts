import type { HttpOperation, RequestTools } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { monotonic } from '../../journey/clock.js'
import type { Failure } from '../../journey/errors.js'
import { contractThrew, type Caller, type Pending, type Reply } from '../../journey/reply.js'
import type { Split } from '../../journey/split.js'
import { answerReader } from '../../journey/answer.js'
import type { Exchange } from './exchange.js'
import type { HttpResponse } from './parser.js'
import type { HttpPool } from './pool.js'
import { requestWriter, type RequestText } from './request.js'

const expired = ({ stage }: Split): Failure => {
  if (stage === 'connect' || stage === 'tls') {
    return {
      class: 'target',
      reason: 'connect_timeout',
      message: 'The target did not take the connection before the time-out.',
    }
  }
  return { class: 'target', reason: 'timeout', message: 'No complete answer came before the time-out.' }
}

/** One request of a step, from its text to its reply. */
class HttpStep implements Exchange, Pending {
  readonly text: string
  readonly bytes: number
  fresh = false
  retried = false
  release: (() => void) | undefined = undefined

  constructor(
    readonly method: string,
    { text, bytes }: RequestText,
    readonly split: Split,
    private readonly pool: HttpPool,
    private readonly args: StepArguments,
    private readonly read: ReturnType<typeof answerReader>,
    private readonly done: (reply: Reply) => void,
  ) {
    this.text = text
    this.bytes = bytes
  }

  answered(response: HttpResponse): void {
    let reply: Reply
    try {
      reply = this.read(response.head, response.body, this.args)
    } catch (error) {
      reply = contractThrew(error)
    }
    this.done(reply)
  }

  failed(failure: Failure): void {
    this.done({ kind: 'failed', failure })
  }

  cancel(): void {
    this.release?.()
    this.split.end(monotonic())
  }

  expire(): void {
    const failure = this.pool.late(this) ?? expired(this.split)
    this.cancel()
    this.done({ kind: failure.class === 'generator' ? 'failed' : 'timed_out', failure })
  }
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
    const step = new HttpStep(operation.method, write(pool.origin, args), split, pool, args, read, done)
    pool.submit(step)
    return step
  }
}
