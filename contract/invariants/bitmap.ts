import type { Invariant, Offender } from 'vge-perf'
import { createdBitmaps } from '../data/bitmaps.js'
import { rowsOf } from './scope.js'

interface SeatRow {
  readonly id: string
  readonly event: string
  readonly index: number
  readonly status: string
}

const bitOf = (bits: Uint8Array, index: number): number => ((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1

const ones = (bits: Uint8Array): number[] => {
  const found: number[] = []
  for (let index = 0; index < bits.length * 8; index += 1) if (bitOf(bits, index) === 1) found.push(index)
  return found
}

const differences = (event: string, bits: Uint8Array, seats: readonly SeatRow[]): readonly Offender[] => {
  const known = new Set(seats.map(({ index }) => index))
  const strays = ones(bits).filter((index) => !known.has(index))
  return [
    ...seats
      .filter(({ index, status }) => bitOf(bits, index) !== (status === 'available' ? 0 : 1))
      .map(({ id, index, status }) => ({
        id,
        what: `is ${status}, its bit ${index} of event ${event} is ${bitOf(bits, index)}`,
      })),
    ...strays.map((index) => ({
      id: event,
      what: `bit ${index} is set, but there is no such seat`,
    })),
  ]
}

/** Contract I5. */
export const bitmapEqualsDatabase: Invariant = {
  id: 'I5',
  title: 'The availability bitmap says what the database says',
  needs: ['sql', 'redis'],
  about: rowsOf('seats', 'seats'),
  store: async (tools) => {
    const bitmaps = await createdBitmaps(tools)
    const rows = await tools.sql.query<SeatRow>(
      'SELECT id, event_id AS event, seat_index AS index, status FROM seats WHERE event_id = ANY($1::uuid[])',
      [bitmaps.map(({ event }) => event)],
    )
    return bitmaps.flatMap(({ event, bits }) =>
      differences(
        event,
        bits,
        rows.filter((row) => row.event === event),
      ),
    )
  },
}
