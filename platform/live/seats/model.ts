/** Statuses of a seat (contract §5). */
export type Status = 'available' | 'held' | 'sold' | 'blocked'

/** Who holds a seat. Never leaves the server. */
export interface Holder {
  readonly userId: string
  readonly holdId: string
}

export interface SeatRow {
  readonly id: string
  /** Row and number, as people read it and as pages name it. */
  readonly label: string
  readonly status: Status
  readonly version: number
  readonly holder: Holder | undefined
}

/** What somebody says of a seat. `at`: microseconds since 1970 of the commit; 0 when nobody knows. */
export interface News {
  readonly seatId: string
  readonly status: Status
  readonly version: number
  readonly at: number
  /** Of a held seat. */
  readonly holder: Holder | undefined
  /** Of a seat that is held no more, when the news says whose it was. */
  readonly former: Holder | undefined
}

export interface Seat extends SeatRow {
  /** Position in the event, from 0. */
  readonly place: number
}

export interface Change {
  readonly seat: Seat
  readonly gained: Holder | undefined
  readonly lost: Holder | undefined
}

/** All seats of one event as far as this node has heard; a seat's version decides which news is newer. */
export class SeatModel {
  readonly #seats: Seat[]
  readonly #byId: Map<string, Seat>
  readonly #byLabel: Map<string, Seat>
  readonly #held = new Map<string, Map<string, Seat>>()
  readonly counts: Record<Status, number> = { available: 0, held: 0, sold: 0, blocked: 0 }
  /** Sum of the seats' versions: the same on every node that has heard the same, and one more with each change. */
  version = 0
  /** Commit of the last change that was heard, microseconds since 1970; 0 before the first. */
  at = 0

  constructor(rows: readonly SeatRow[]) {
    this.#seats = rows.map((row, place) => ({ ...row, place }))
    this.#byId = new Map(this.#seats.map((seat) => [seat.id, seat]))
    this.#byLabel = new Map(this.#seats.map((seat) => [seat.label, seat]))
    for (const seat of this.#seats) this.#count(seat, 1)
  }

  get seats(): readonly Seat[] {
    return this.#seats
  }

  find(label: string | undefined): Seat | undefined {
    return label === undefined ? undefined : this.#byLabel.get(label)
  }

  /** Seats that a user holds, in the event's order. */
  heldBy(userId: string): readonly Seat[] {
    return [...(this.#held.get(userId)?.values() ?? [])].toSorted((a, b) => a.place - b.place)
  }

  /** Takes news in; undefined when it is old, or of a seat of another event. */
  apply({ seatId, status, version, at, holder, former }: News): Change | undefined {
    const before = this.#byId.get(seatId)
    if (before === undefined || version <= before.version) return undefined
    const seat: Seat = { ...before, status, version, holder }
    this.#count(before, -1)
    this.#count(seat, 1)
    this.#seats[seat.place] = seat
    this.#byId.set(seat.id, seat)
    this.#byLabel.set(seat.label, seat)
    this.at = at
    return { seat, gained: holder, lost: before.holder ?? former }
  }

  #count(seat: Seat, by: 1 | -1): void {
    this.counts[seat.status] += by
    this.version += by * seat.version
    if (seat.holder === undefined) return
    const { userId } = seat.holder
    const theirs = this.#held.get(userId) ?? new Map<string, Seat>()
    if (by === 1) this.#held.set(userId, theirs.set(seat.id, seat))
    else if (theirs.delete(seat.id) && theirs.size === 0) this.#held.delete(userId)
  }
}
