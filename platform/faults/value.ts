import { UsageError } from '../errors.js'

/** A fault's value, read; `undefined` from the reader means that it cannot be. @throws UsageError that says what is accepted. */
export function readValue<T>(
  fault: string,
  value: string,
  accepted: string,
  read: (value: string) => T | undefined,
): T {
  const result = read(value)
  if (result === undefined)
    throw new UsageError(`fault "${fault}" cannot be planted with "${value}"; accepted: ${accepted}`)
  return result
}

/** A number above zero and at most `most`. */
export function positive(word: string | undefined, most = Infinity): number | undefined {
  if (word === undefined || !/^\d+(\.\d+)?$/.test(word)) return undefined
  const number = Number(word)
  return number > 0 && number <= most ? number : undefined
}

/** A share of all, above 0 and at most 1. */
export const share = (word: string | undefined): number | undefined => positive(word, 1)

/** @throws UsageError for a fault that is planted without a value. */
export function noValue(fault: string, value: string | undefined): void {
  if (value !== undefined)
    throw new UsageError(`fault "${fault}" cannot be planted with "${value}"; accepted: no value`)
}
