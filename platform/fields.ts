import { isUuid } from './catalogue.js'
import { Refusal } from './errors.js'
import type { JsonBody } from './kernel.js'

const invalid = (field: string, expected: string): Refusal =>
  new Refusal(400, 'invalid_request', {
    field,
    message: `${field} is missing or wrong; expected ${expected}`,
  })

/** A text field of a body. @throws Refusal 400 when it is missing or empty. */
export function text(json: JsonBody, field: string): string {
  const value = json[field]
  if (typeof value !== 'string' || value === '') throw invalid(field, 'a text')
  return value
}

export function optionalText(json: JsonBody, field: string): string | undefined {
  return json[field] === undefined || json[field] === null ? undefined : text(json, field)
}

/** A list of 1 to `most` different ids. @throws Refusal 400. */
export function ids(json: JsonBody, field: string, most: number): string[] {
  const value = json[field]
  const list = Array.isArray(value) ? value.filter(isUuid) : []
  if (!Array.isArray(value) || list.length !== value.length || list.length < 1 || list.length > most)
    throw invalid(field, `1 to ${most} ids`)
  return [...new Set(list)]
}
