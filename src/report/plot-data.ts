import type { Arm } from '../model/plan.js'

// What the page's script draws from: plain data, as short as it can be. Only types, so that page and script share nothing else.

/** Something that happened at a moment of the axis. */
export interface Moment {
  /** Seconds under load. */
  readonly at: number
  readonly kind: 'start' | 'peak' | 'fault' | 'gc'
  /** A word or two, beside the line in the picture. */
  readonly label: string
  /** A sentence without a full stop, in the list beside the pictures. */
  readonly text: string
}

/** The axis that all pictures of a scenario share. */
export interface Axis {
  /** Length in seconds under load. */
  readonly seconds: number
  /** Where each column begins, in seconds under load, and for how many it stands. */
  readonly at: readonly number[]
  readonly each: readonly number[]
  /** Columns with which a unit begins: nothing is drawn across. */
  readonly breaks: readonly number[]
  readonly moments: readonly Pick<Moment, 'at' | 'kind' | 'label'>[]
}

/** Microseconds a column, null where nothing was sampled. */
export interface TimeLines {
  readonly arm: Arm
  readonly p50: readonly (number | null)[]
  readonly p90: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
}

export interface TimePlot {
  readonly kind: 'time'
  readonly lines: readonly TimeLines[]
}

export interface HeatPlot {
  readonly kind: 'heat'
  /** Bounds of the rows, microseconds, ascending: row n lies between edge n and edge n + 1. */
  readonly edges: readonly number[]
  /**
   * A text a column: the number of its first row with samples in base 36, then a digit a row. 0 is nothing; 1 to 5 say how large a
   * share of the column's samples lies in the row. Empty when nothing was sampled.
   */
  readonly arms: readonly { readonly arm: Arm; readonly columns: readonly string[] }[]
}

export interface StackPlot {
  readonly kind: 'stack'
  /** From the bottom upwards. */
  readonly outcomes: readonly string[]
  /** Counts of each column by outcome. */
  readonly arms: readonly { readonly arm: Arm; readonly columns: readonly (readonly number[])[] }[]
}

export type Plot = TimePlot | HeatPlot | StackPlot
