/** Beyond this many milliseconds the system's clock has been set, and is followed. */
const stepMs = 2

let origin = performance.timeOrigin

/** Now in whole microseconds since 1970, by the system's clock. */
export function nowMicros(): number {
  const off = Date.now() - (origin + performance.now())
  if (Math.abs(off) > stepMs) origin += off
  return Math.round((origin + performance.now()) * 1_000)
}

/** ISO 8601 in UTC with six digits of a second. */
export function isoMicros(micros: number): string {
  const milliseconds = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)
  return `${milliseconds}${String(micros % 1_000).padStart(3, '0')}Z`
}

/** What `isoMicros` made, back in microseconds; NaN for anything else. */
export function microsOf(iso: string): number {
  const last = /\.\d{3}(\d{3})Z$/.exec(iso)?.[1]
  return last === undefined ? NaN : Date.parse(iso) * 1_000 + Number(last)
}
