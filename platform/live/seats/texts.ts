import type { Shared } from '../rendered.js'
import type { Templates } from '../templates.js'
import type { Seat } from './model.js'

/** Place of the status among a seat's dynamics. */
export const statusPlace = 1

const statics: readonly string[] = [
  '<button type="button" id="seat-',
  '" class="seat ',
  '" phx-click="pick" phx-value-seat="',
  '"></button>',
]

const jsonOf = ({ place, label, status }: Seat): string =>
  `"${place}":{"0":"${label}","1":"${status}","2":"${label}"}`

const htmlOf = ({ label, status }: Seat): string =>
  `${statics[0]}${label}${statics[1]}${status}${statics[2]}${label}${statics[3]}`

/**
 * The list of seats in the words of the wire and of the dead render. Each is put together once for all joins and pages
 * between two changes, from pieces of which a change makes one anew.
 */
export class SeatTexts implements Shared {
  readonly kind = 'shared'
  readonly #json: string[]
  readonly #html: string[]
  #allJson: string | undefined
  #allHtml: string | undefined

  constructor(seats: readonly Seat[]) {
    this.#json = seats.map(jsonOf)
    this.#html = seats.map(htmlOf)
  }

  changed(seat: Seat): void {
    this.#json[seat.place] = jsonOf(seat)
    this.#html[seat.place] = htmlOf(seat)
    this.#allJson = undefined
    this.#allHtml = undefined
  }

  json(templates: Templates): string {
    return this.#json.length === 0 ? '""' : `{"k":${this.#entries()},"s":${templates.place(statics)}}`
  }

  /** The whole list with its statics, which replaces what a client had. */
  replacement(): string {
    return this.#json.length === 0 ? '""' : `{"k":${this.#entries()},"s":${JSON.stringify(statics)}}`
  }

  html(): string {
    this.#allHtml ??= this.#html.join('')
    return this.#allHtml
  }

  /** The keyed entries with only the statuses of these seats. */
  diff(seats: Iterable<Seat>): string {
    const parts = [...seats].map(({ place, status }) => `"${place}":{"${statusPlace}":"${status}"}`)
    return `{"k":{${parts.join(',')},"kc":${this.#json.length}}}`
  }

  #entries(): string {
    this.#allJson ??= `{${this.#json.join(',')},"kc":${this.#json.length}}`
    return this.#allJson
  }
}
