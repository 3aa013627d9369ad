import type { HttpOperation, Json } from 'vge-perf'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * One bit of a Redis bitmap that came as base64: six bits a character, the highest first, as Redis counts them; beyond its end
 * all are 0. Undefined when that character is no base64.
 */
export const bitOf = (base64: string, index: number): 0 | 1 | undefined => {
  const character = base64[Math.floor(index / 6)]
  if (character === undefined || character === '=') return 0
  const six = alphabet.indexOf(character)
  if (six < 0) return undefined
  return ((six >> (5 - (index % 6))) & 1) === 1 ? 1 : 0
}

const isIndex = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0

/** What the availability bitmap says of the seat with `index`: `taken` or `free`, else the status code. Source: contract §4, §6. */
export const seatShown = {
  kind: 'http',
  method: 'GET',
  path: '/api/events/{event}/availability',
  auth: 'as',
  query: () => ({ bitmap: 'true' }),
  answer: (status, { bitmap }, { index }) => {
    const bit =
      status === 200 && typeof bitmap === 'string' && isIndex(index) ? bitOf(bitmap, index) : undefined
    return bit === undefined ? String(status) : bit === 1 ? 'taken' : 'free'
  },
} satisfies HttpOperation
