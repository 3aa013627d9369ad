declare const microsBrand: unique symbol
declare const perSecondBrand: unique symbol

/** A duration or an instant in whole microseconds. Converted once, at the door. */
export type Micros = number & { readonly [microsBrand]: true }

/** A rate in events a second. */
export type PerSecond = number & { readonly [perSecondBrand]: true }

const whole = (value: number): Micros => Math.round(value) as Micros

export const micros = (value: number): Micros => whole(value)
export const ms = (value: number): Micros => whole(value * 1_000)
export const seconds = (value: number): Micros => whole(value * 1_000_000)
export const minutes = (value: number): Micros => whole(value * 60_000_000)
export const perSecond = (value: number): PerSecond => value as PerSecond
