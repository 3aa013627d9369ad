/** A fresh id, as the platform's uuid columns want it. */
export const newId = (): string => crypto.randomUUID()

/** A bearer token that nobody can guess. The stores hold its SHA-256 only. */
export const newToken = (): string => `vgeperf_${crypto.randomUUID().replaceAll('-', '')}`

/** Ticket code number `index` of a tenant, in the pattern of contract §1 "Traps". */
export const ticketCode = (index: number): string => {
  const digits = index.toString(36).toUpperCase().padStart(8, '0')
  return `VGEP-${digits.slice(0, 4)}-${digits.slice(4)}`
}

/** Row and number of the seat with a dense index: rows of 50. */
export const seatPlace = (index: number): { readonly row: string; readonly number: string } => {
  let row = ''
  for (let rest = Math.floor(index / 50); rest >= 0; rest = Math.floor(rest / 26) - 1) {
    row = String.fromCharCode(65 + (rest % 26)) + row
  }
  return { row, number: String((index % 50) + 1) }
}

/** `length` things made by their index. */
export const many = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index))
