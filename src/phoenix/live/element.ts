import type { Attributes } from './tags.js'
import { textOf } from './tags.js'

/** An element as it stood when it was found. */
export interface FoundElement {
  /** In lower case. */
  readonly tag: string
  /** Unescaped. */
  readonly attributes: Attributes
  /** What a reader sees of it. Made when asked, of the tree as it is then. */
  readonly text: string
  /** From its opening to its closing tag. Made when asked, of the tree as it is then. */
  readonly html: string
  /** The component it lies in; undefined outside of any. */
  readonly cid: number | undefined
}

export class Element implements FoundElement {
  constructor(
    readonly tag: string,
    readonly attributes: Attributes,
    readonly cid: number | undefined,
    private readonly source: () => string,
  ) {}

  get html(): string {
    return this.source()
  }

  get text(): string {
    return textOf(this.source())
  }
}
