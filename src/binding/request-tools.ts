import { createHmac } from 'node:crypto'
import type { RequestTools } from '../model/contract.js'

/** What the contract's operations may use in Node. */
export function requestTools(
  secrets: Readonly<Record<string, string>>,
  figures: Readonly<Record<string, number>>,
): RequestTools {
  return {
    secrets,
    figures,
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
    now: () => Math.floor(Date.now() / 1_000),
  }
}
