import { originOf } from '../../../phoenix/live/urls.js'

/** What counts an arm's bytes and connections. */
export interface Meter {
  bytesSent: number
  bytesReceived: number
  connections: number
}

/** One address of a target. */
export interface Place {
  /** Without a slash at its end. */
  readonly url: string
  readonly origin: string
  readonly meter: Meter
}

export const placeAt = (url: string, meter: Meter): Place => ({
  url: url.replace(/\/+$/, ''),
  origin: originOf(url),
  meter,
})
