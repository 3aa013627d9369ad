import type { MetricUnit } from '../model/verdict.js'

/** A share with its sign as people read a change: `+14 %`, `−2.1 %`. */
export function change(ratio: number): string {
  const percent = Math.abs(ratio * 100)
  const digits = percent < 9.95 ? percent.toFixed(1) : String(Math.round(percent))
  return `${ratio < 0 ? '−' : '+'}${digits} %`
}

/** A share of a whole: `0.12 %`. */
export const share = (value: number): string => `${trim((value * 100).toFixed(2))} %`

const trim = (digits: string): string => digits.replace(/\.?0+$/, '')

/** A figure with its unit: `47 ms`, `1.2 s`, `310 µs`. */
export function figure(value: number, unit: MetricUnit): string {
  if (unit === 'share') return share(value)
  if (unit === 'per_second') return `${trim(value.toFixed(1))} /s`
  if (unit === 'count') return String(value)
  if (value < 1_000) return `${Math.round(value)} µs`
  return value < 1_000_000
    ? `${trim((value / 1_000).toFixed(1))} ms`
    : `${trim((value / 1_000_000).toFixed(2))} s`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
