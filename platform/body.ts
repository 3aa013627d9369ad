import type { IncomingMessage } from 'node:http'
import { Refusal } from './errors.js'
import type { JsonBody } from './kernel.js'

const mostBytes = 8 * 1024 * 1024
const none = Buffer.alloc(0)

/** A form's fields as a JSON object; of fields of one name the last counts. */
const formAsJson = (raw: Buffer): Buffer =>
  Buffer.from(JSON.stringify(Object.fromEntries(new URLSearchParams(raw.toString('utf8')))))

const isForm = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true

/** The whole body; a form comes as the JSON object of its fields. @throws Refusal 413 beyond 8 MiB. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'GET' || request.headers['content-length'] === '0') return Promise.resolve(none)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= mostBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      if (size > mostBytes) reject(new Refusal(413, 'body_too_large'))
      else {
        const raw = chunks.length === 1 ? (chunks[0] ?? none) : Buffer.concat(chunks)
        resolve(isForm(request) ? formAsJson(raw) : raw)
      }
    })
    request.on('error', reject)
    request.on('aborted', () => reject(new Refusal(400, 'invalid_request')))
  })
}

/** @throws Refusal 400 when there is a body and it is no JSON object. */
export function parseBody(raw: Buffer): JsonBody {
  if (raw.length === 0) return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(raw.toString('utf8'))
  } catch {
    throw new Refusal(400, 'invalid_request', { message: 'the body is not JSON' })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Refusal(400, 'invalid_request', { message: 'the body is not a JSON object' })
  return parsed as JsonBody
}
