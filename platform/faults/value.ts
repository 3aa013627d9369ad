import { UsageError } from '../errors.js'
import type { Fault } from '../kernel.js'

const unfit = ({ name, value }: Fault, asked: string): UsageError =>
  new UsageError(
    `fault "${name}" cannot be planted with "${asked}"; accepted: ${value?.accepted ?? 'no value'}`,
  )

/** A fault's value, read; `undefined` from the reader means that it cannot be. @throws UsageError that says what is accepted. */
export function readValue<T>(fault: Fault, value: string, read: (value: string) => T | undefined): T {
  const result = read(value)
  if (result === undefined) throw unfit(fault, value)
  return result
}

/** What a fault is planted with: as asked, or as usual; nothing where it takes no value. @throws UsageError for one that it does not take. */
export function valueOf(fault: Fault, asked: string | undefined): string | undefined {
  if (fault.value === undefined && asked !== undefined) throw unfit(fault, asked)
  return asked ?? fault.value?.usual
}

/** A number above zero and at most `most`. */
export function positive(word: string | undefined, most = Infinity): number | undefined {
  if (word === undefined || !/^\d+(\.\d+)?$/.test(word)) return undefined
  const number = Number(word)
  return number > 0 && number <= most ? number : undefined
}

/** A share of all, above 0 and at most 1. */
export const share = (word: string | undefined): number | undefined => positive(word, 1)
