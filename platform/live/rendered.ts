import { escapeHtml } from './escape.js'
import type { Templates } from './templates.js'

/** Statics and what is woven between them: one dynamic fewer than statics. The statics' identity is the fingerprint. */
export interface Tree {
  readonly kind: 'tree'
  readonly statics: readonly string[]
  readonly dynamics: readonly Dynamic[]
}

/** A keyed comprehension: rows of one template. */
export interface List {
  readonly kind: 'list'
  readonly statics: readonly string[]
  readonly rows: readonly Row[]
}

interface Row {
  readonly key: string
  readonly dynamics: readonly Dynamic[]
}

/** Something that many views show, written once for all of them; its changes are sent by its owner. */
export interface Shared {
  readonly kind: 'shared'
  json(templates: Templates): string
  html(): string
}

/** A string is HTML. */
export type Dynamic = string | Tree | List | Shared

type Value = string | number | undefined | Tree | List | Shared

/** A template literal as a tree; texts and numbers are escaped, undefined is nothing. */
export function live(statics: TemplateStringsArray, ...values: readonly Value[]): Tree {
  const dynamics = values.map((value): Dynamic =>
    typeof value === 'object' ? value : escapeHtml(String(value ?? '')),
  )
  return { kind: 'tree', statics, dynamics }
}

/** One row an item. `row` must always use the same template, and keys must differ. */
export function each<T>(items: readonly T[], key: (item: T) => string, row: (item: T) => Tree): List {
  const trees = items.map(row)
  return {
    kind: 'list',
    statics: trees[0]?.statics ?? [],
    rows: items.map((item, place) => ({ key: key(item), dynamics: trees[place]?.dynamics ?? [] })),
  }
}

const weave = (statics: readonly string[], dynamics: readonly Dynamic[]): string =>
  statics.reduce((html, part, place) => html + toHtml(dynamics[place - 1] ?? '') + part)

/** The HTML of a dead render. */
export function toHtml(dynamic: Dynamic): string {
  if (typeof dynamic === 'string') return dynamic
  if (dynamic.kind === 'shared') return dynamic.html()
  if (dynamic.kind === 'tree') return weave(dynamic.statics, dynamic.dynamics)
  return dynamic.rows.map((row) => weave(dynamic.statics, row.dynamics)).join('')
}
