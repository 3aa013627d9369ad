import { live, type Tree } from './rendered.js'
import type { Flash } from './session.js'

/** The sentence that is shown once; a click takes it away. */
export const flashPart = (flash: Flash | undefined): Tree | undefined =>
  flash &&
  live`<p id="flash" class="${flash.kind}" role="alert" phx-click="lv:clear-flash" phx-value-key="${flash.kind}">${flash.text}</p>`

/** Cents of South African rand. */
export const money = (cents: number): string => `R ${(cents / 100).toFixed(2)}`
