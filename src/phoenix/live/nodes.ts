import type { Statics } from './statics.js'

/** Text, the cid of a component, or a node. */
export type Part = string | number | Branch | List

/** A template with its dynamics. */
export class Branch {
  constructor(
    readonly statics: Statics,
    readonly parts: Part[],
  ) {}
}

/**
 * A comprehension: the same template for each row. Dynamics of all rows in one array, row after row: a quarter of the
 * memory.
 */
export class List {
  cells: Part[] = []
  /** Rows. A template without dynamics has no cells, so that they cannot be counted by them. */
  count = 0
  /** Ids of the rows of a stream, undefined for any other list. */
  ids: string[] | undefined

  constructor(readonly statics: Statics) {}

  get width(): number {
    return this.statics.width
  }

  row(index: number): readonly Part[] {
    return this.cells.slice(index * this.width, (index + 1) * this.width)
  }
}

/** A copy that shares nothing which can change. */
export function clonePart(part: Part): Part {
  if (part instanceof Branch) return cloneBranch(part)
  if (!(part instanceof List)) return part
  const copy = new List(part.statics)
  copy.cells = part.cells.map(clonePart)
  copy.count = part.count
  copy.ids = part.ids?.slice()
  return copy
}

export function cloneBranch(branch: Branch): Branch {
  return new Branch(branch.statics, branch.parts.map(clonePart))
}

/** A piece of a tree that is rendered as one: a template, or a row of a list (`row` −1: all of them). */
export interface Place {
  readonly node: Branch | List
  readonly row: number
  /** The component that it lies in. */
  readonly cid: number | undefined
}

/** A place that a diff changed. `deep`: with all that lies in it; else only its own dynamics. */
export interface Touched extends Place {
  readonly deep: boolean
}

export type Components = Map<number, Branch>

/** Why a diff cannot be merged, in a sentence. */
export class BrokenDiff extends Error {
  override readonly name = 'BrokenDiff'
}
