import http, { CookieJar, type RefinedResponse } from 'k6/http'
import type { HttpOperation, RequestTools } from '../../../model/contract.js'
import type { StepArguments } from '../../../model/scenario.js'
import { answerReader } from '../../journey/answer.js'
import { monotonic } from '../../journey/clock.js'
import type { Failure } from '../../journey/errors.js'
import { nodeOf, timedOut } from '../../journey/live/binding.js'
import { messageOf } from '../../../model/errors.js'
import { readSafely, type Caller, type Reply } from '../../journey/reply.js'
import { bearerOf, targetWriter, usualHeaders } from '../../journey/request.js'
import type { Split } from '../../journey/split.js'
import { failureOf } from './failure.js'
import type { Place } from './place.js'

export type Response = RefinedResponse<'text'>

// A step ends by its own deadline; this only frees what nobody waits for any more.
const beyondTimeout = 1_000

/**
 * Asks for something, with no cookies but those in `headers` and the jar: that of the VU would make all its journeys one browser.
 * `timeout` in microseconds.
 */
export function ask(
  method: string,
  url: string,
  body: string | null,
  headers: Record<string, string>,
  timeout: number,
  jar: CookieJar,
): Promise<Response> {
  return http.asyncRequest(method, url, body, {
    headers,
    timeout: timeout / 1_000 + beyondTimeout,
    redirects: 0,
    responseType: 'text',
    jar,
  })
}

/** Headers of a request: `always`, and what the contract wants. Throws what the contract throws. */
export function headersOf(
  operation: HttpOperation,
  body: string,
  args: StepArguments,
  tools: RequestTools,
  always: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = { ...always }
  const bearer = bearerOf(operation, args)
  if (bearer !== undefined) headers.authorization = bearer
  if (operation.headers !== undefined) Object.assign(headers, operation.headers(body, args, tools))
  if (body !== '') headers['content-type'] = 'application/json'
  return headers
}

const micros = (milliseconds: number): number => Math.round(milliseconds * 1_000)

/** Ends a step by k6's own timings, which are finer than its clock; the rest of its time is nobody's. */
function endSplit(split: Split, { timings }: Response): void {
  const { connecting, tls_handshaking: tls, sending, waiting, receiving } = timings
  split.divide(
    {
      connect: micros(connecting),
      tls: micros(tls),
      send: micros(sending),
      wait: micros(waiting),
      receive: micros(receiving),
    },
    monotonic(),
  )
}

export const headerOf = ({ headers }: Response, name: string): string => headers[name] ?? ''

/** What broke a request; undefined when it was answered, whatever the answer. */
export const brokenBy = ({ status, error, error_code: code }: Response): Failure | undefined =>
  status === 0 || (code > 0 && code < 1_400) ? failureOf(code, error) : undefined

/** Counts what k6 shows of a request: bodies, and connections that it opened. */
export function count({ meter }: Place, sent: string, { body, timings }: Response): void {
  meter.bytesSent += sent.length
  meter.bytesReceived += body?.length ?? 0
  if (timings.connecting > 0) meter.connections += 1
}

/** Sends an HTTP operation to one arm; journey n talks to place n mod length. `timeout` in microseconds. */
export function httpCaller(
  operation: HttpOperation,
  tools: RequestTools,
  always: Readonly<Record<string, string>>,
  places: readonly Place[],
  timeout: number,
): Caller {
  const targetOf = targetWriter(operation)
  const read = answerReader(operation)
  const fixed = { ...usualHeaders, ...always }
  let jar = new CookieJar()
  return (n, args, split, done) => {
    const place = nodeOf(places, n)
    const body = operation.body === undefined ? '' : JSON.stringify(operation.body(args, tools))
    const headers = headersOf(operation, body, args, tools, fixed)
    let over = false
    const end = (reply: Reply): void => {
      over = true
      done(reply)
    }
    const url = place.url + targetOf(args)
    ask(operation.method, url, body === '' ? null : body, headers, timeout, jar).then(
      (response) => {
        // A cookie is one journey's; what comes after begins without.
        if (Object.keys(response.cookies).length > 0) jar = new CookieJar()
        if (over) return
        endSplit(split, response)
        count(place, body, response)
        const failure = brokenBy(response)
        if (failure !== undefined) {
          end({ kind: failure.reason.endsWith('timeout') ? 'timed_out' : 'failed', failure })
          return
        }
        const head = {
          status: response.status,
          contentType: headerOf(response, 'Content-Type'),
          contentEncoding: headerOf(response, 'Content-Encoding'),
          answeredBy: headerOf(response, 'Server') + headerOf(response, 'Via'),
        }
        end(readSafely(() => read(head, response.body ?? '', args)))
      },
      (error: unknown) => {
        if (over) return
        split.end(monotonic())
        end({
          kind: 'failed',
          failure: { class: 'generator', reason: 'not_sent', message: messageOf(error) },
        })
      },
    )
    return {
      split,
      expire: () => {
        split.end(monotonic())
        end(timedOut('No complete answer came'))
      },
      cancel: () => {
        over = true
        split.end(monotonic())
      },
    }
  }
}
