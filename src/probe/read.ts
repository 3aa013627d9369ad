import { fill } from '../binding/contract.js'
import type { HttpOperation, RequestTools } from '../model/contract.js'
import { messageOf } from '../model/errors.js'
import { bodyOf } from '../binding/body.js'
import { parseMetrics, type Reading } from './prometheus.js'

/** Milliseconds. A node that is not under load answers in a few. */
const patience = 2_000
/** Bytes. A node with thousands of series has a megabyte or two. */
const longest = 16_000_000

const reasonOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${patience / 1_000} s`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return messageOf(cause)
}

/** What a node says of itself now. Throws an Error with a sentence when it says nothing that can be read. */
export async function readNode(
  url: string,
  { method, path, query, headers: own }: HttpOperation,
  headers: Readonly<Record<string, string>>,
  tools: RequestTools,
  signal: AbortSignal,
): Promise<Reading> {
  try {
    const search = query === undefined ? '' : `?${new URLSearchParams(query({})).toString()}`
    const response = await fetch(url.replace(/\/+$/, '') + fill(path, {}) + search, {
      method,
      headers: {
        connection: 'close',
        accept: 'text/plain; version=0.0.4',
        ...headers,
        ...own?.('', {}, tools),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      redirect: 'manual',
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`it answered ${response.status}`)
    }
    const reading = parseMetrics(await bodyOf(response, longest))
    if (reading.size === 0) throw new Error('it answered without a single sample')
    return reading
  } catch (error) {
    throw new Error(`${method} ${path} of ${url}: ${reasonOf(error)}`, { cause: error })
  }
}
