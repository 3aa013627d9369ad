import colours from 'picocolors'
import type { Tone } from './words.js'

/** How each tone is painted; plain text when colour is off. */
export function tonePainters(on: boolean): Readonly<Record<Tone, (text: string) => string>> {
  const { green, red, yellow, dim, bold } = colours.createColors(on)
  return { good: green, bad: red, unsure: yellow, quiet: dim, strong: bold }
}
