import type { MetricUnit } from '../model/verdict.js'

/** What stands where there is no number. */
export const none = '–'

const minus = '−'

/**
 * A duration of whole or broken microseconds in its fitting unit: `310 µs`, `41.2 ms`, `0.62 s`, `3 min 20 s`.
 * Milliseconds reach up to half a second, so that the usual limits (200 ms, 500 ms) read as people say them.
 */
export function duration(micros: number): string {
  if (!Number.isFinite(micros)) return none
  if (micros < 0) return minus + duration(-micros)
  if (micros === 0) return '0 µs'
  if (micros < 0.95) return `${micros.toFixed(1)} µs`
  if (micros < 999.5) return `${Math.round(micros)} µs`
  if (micros < 99_950) return `${(micros / 1_000).toFixed(1)} ms`
  if (micros < 500_500) return `${Math.round(micros / 1_000)} ms`
  if (micros < 9_995_000) return `${(micros / 1_000_000).toFixed(2)} s`
  if (micros < 119_950_000) return `${(micros / 1_000_000).toFixed(1)} s`
  const total = Math.round(micros / 1_000_000)
  if (total < 7_200) return `${Math.floor(total / 60)} min ${total % 60} s`
  const minutes = Math.round(total / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A share between 0 and 1 in percent. Never rounds something to nothing, nor nearly all to all. */
export function share(value: number): string {
  if (!Number.isFinite(value)) return none
  if (value < 0) return minus + share(-value)
  if (value > 0 && value < 0.0001) return '< 0.01 %'
  if (value < 1 && value > 0.9999) return '> 99.99 %'
  const percent = value * 100
  const near = Math.min(percent, Math.abs(100 - percent))
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(near < 1 ? 2 : 1)} %`
}

/** A number of things: `10,000`. Means of counts keep a digit or two: `5.25`. */
export function count(value: number): string {
  return Number.isFinite(value) ? grouped(value, value % 1 === 0 ? 0 : value < 10 ? 2 : 1) : none
}

/** A rate: `198.2 /s`. */
function rate(value: number): string {
  return Number.isFinite(value) ? `${grouped(value, Math.abs(value) < 1_000 ? 1 : 0)} /s` : none
}

/** Any figure of a verdict, in the unit that it is kept in; `–` when it is missing. */
export function measure(value: number | undefined, unit: MetricUnit): string {
  if (value === undefined) return none
  if (unit === 'us') return duration(value)
  if (unit === 'share') return share(value)
  return unit === 'per_second' ? rate(value) : count(value)
}

/** As `measure`, for a limit that somebody chose: `5 s`, `500 ms`, `0.1 %`, without empty decimals. */
export function limit(value: number, unit: MetricUnit): string {
  return measure(value, unit).replace(/(\.\d*?)0+(?=\D|$)/, (_, kept: string) => (kept === '.' ? '' : kept))
}

/** A place on the axis of time, given in seconds under load: `0 s`, `12.5 s`, `3 min 20 s`, `10 min`. */
export const moment = (seconds: number): string =>
  seconds === 0 ? '0 s' : limit(seconds * 1_000_000, 'us').replace(/ min 0 s$/, ' min')

/** A relative change, given as ratio − 1: `+14 %`, `−2.1 %`, `×12` from tenfold on. */
export function change(ratio: number): string {
  if (!Number.isFinite(ratio)) return none
  return ratio >= 9 ? `×${count(Math.round(ratio + 1))}` : `${plus(ratio, digits(ratio))} %`
}

/** A change with the wider half of its interval: `+14 % ±3`. The interval in full is for pages. */
export function changeWithin(found: {
  readonly mean: number
  readonly low: number
  readonly high: number
}): string {
  const half = Math.max(found.high - found.mean, found.mean - found.low)
  if (!Number.isFinite(half) || !Number.isFinite(found.mean) || found.mean >= 9) return change(found.mean)
  const decimals = digits(Math.max(Math.abs(found.mean), half))
  return `${plus(found.mean, decimals)} % ±${(half * 100).toFixed(decimals)}`
}

/** An interval of a change in words: `between +11 and +17 %`. */
export function between(low: number, high: number): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return none
  const decimals = digits(Math.max(Math.abs(low), Math.abs(high)))
  return `between ${plus(low, decimals)} and ${plus(high, decimals)} %`
}

/** A number with its noun: `1 unit`, `6 units`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

function plus(ratio: number, decimals: number): string {
  const text = (Math.abs(ratio) * 100).toFixed(decimals)
  return (Number(text) === 0 ? '' : ratio < 0 ? minus : '+') + text
}

const digits = (ratio: number): number => (Math.abs(ratio) < 0.0995 ? 1 : 0)

function grouped(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential(2).replace('-', minus)
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  return (value < 0 ? minus : '') + text
}
