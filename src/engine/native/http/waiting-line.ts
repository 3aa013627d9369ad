import type { Exchange } from './exchange.js'

interface Place {
  /** Undefined once its request was served or gave up. */
  exchange: Exchange | undefined
}

const closeUpFrom = 1_024

/**
 * Requests that wait for a connection, first come first served; one that gives up leaves its place empty. A stalled target makes
 * the line thousands long, and each call still takes the same short time: a `Set` walks over all that have left it before.
 */
export class WaitingLine {
  private places: Place[] = []
  private front = 0

  join(exchange: Exchange): void {
    const place: Place = { exchange }
    this.places.push(place)
    exchange.release = () => {
      place.exchange = undefined
      this.skipEmpty()
    }
  }

  /** The one that has waited longest, who leaves the line; undefined when nobody waits. */
  next(): Exchange | undefined {
    this.skipEmpty()
    const place = this.places[this.front]
    const exchange = place?.exchange
    if (place !== undefined) place.exchange = undefined
    return exchange
  }

  private skipEmpty(): void {
    const { places } = this
    while (this.front < places.length && places[this.front]?.exchange === undefined) this.front += 1
    if (this.front < closeUpFrom || this.front * 2 < places.length) return
    this.places = places.slice(this.front)
    this.front = 0
  }
}
