import { isUuid } from '../catalogue.js'

/** A uuid of a job's payload. @throws Error naming the field, which sends the job back to the queue. */
export function payloadId(payload: unknown, field: string): string {
  const value: unknown =
    typeof payload === 'object' && payload !== null
      ? Object.entries(payload).find(([name]) => name === field)?.[1]
      : undefined
  if (!isUuid(value)) throw new Error(`the job's payload has no ${field}`)
  return value
}
