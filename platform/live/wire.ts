import type { Dynamic, List, Tree } from './rendered.js'
import { Templates } from './templates.js'

/** Trees and what changed between them, as JSON text of LiveView 1.1 (phoenix-wire §4). */

const fields = (dynamics: readonly Dynamic[], templates: Templates): string[] =>
  dynamics.map((dynamic, place) => `"${place}":${whole(dynamic, templates)}`)

function whole(dynamic: Dynamic, templates: Templates): string {
  if (typeof dynamic === 'string') return JSON.stringify(dynamic)
  if (dynamic.kind === 'shared') return dynamic.json(templates)
  if (dynamic.kind === 'tree')
    return `{${[...fields(dynamic.dynamics, templates), `"s":${templates.place(dynamic.statics)}`].join(',')}}`
  const { rows, statics } = dynamic
  if (rows.length === 0) return '""'
  const entries = rows.map((row, place) => `"${place}":{${fields(row.dynamics, templates).join(',')}}`)
  return `{"k":{${entries.join(',')},"kc":${rows.length}},"s":${templates.place(statics)}}`
}

function changes(before: readonly Dynamic[], after: readonly Dynamic[], templates: Templates): string[] {
  return after.flatMap((dynamic, place) => {
    const change = changeOf(before[place] ?? '', dynamic, templates)
    return change === undefined ? [] : [`"${place}":${change}`]
  })
}

function changeOf(before: Dynamic, after: Dynamic, templates: Templates): string | undefined {
  if (before === after) return undefined
  if (typeof after === 'string' || typeof before === 'string' || before.kind !== after.kind)
    return whole(after, templates)
  if (after.kind === 'list' && before.kind === 'list') return rowChanges(before, after, templates)
  if (after.kind !== 'tree' || before.kind !== 'tree' || before.statics !== after.statics)
    return whole(after, templates)
  const parts = changes(before.dynamics, after.dynamics, templates)
  return parts.length === 0 ? undefined : `{${parts.join(',')}}`
}

function rowChanges(before: List, after: List, templates: Templates): string | undefined {
  if (before.rows.length === 0) return after.rows.length === 0 ? undefined : whole(after, templates)
  const places = new Map(before.rows.map(({ key }, place) => [key, place]))
  const parts = after.rows.flatMap((row, place) => {
    const was = places.get(row.key)
    const earlier = was === undefined ? undefined : before.rows[was]
    if (earlier === undefined) return [`"${place}":{${fields(row.dynamics, templates).join(',')}}`]
    const change = changes(earlier.dynamics, row.dynamics, templates).join(',')
    if (was === place) return change === '' ? [] : [`"${place}":{${change}}`]
    return [change === '' ? `"${place}":${was}` : `"${place}":[${was},{${change}}]`]
  })
  if (parts.length === 0 && before.rows.length === after.rows.length) return undefined
  return `{"k":{${[...parts, `"kc":${after.rows.length}`].join(',')}}}`
}

/** The whole tree for the answer to a join, with the page's title. */
export function wholeTree(tree: Tree, title: string): string {
  const templates = new Templates()
  const parts = [...fields(tree.dynamics, templates), `"s":${templates.place(tree.statics)}`]
  return `{${parts.join(',')}${templates.fields()},"t":${JSON.stringify(title)}}`
}

/** What turns one render of a view into the next; undefined when they are the same. */
export function diffOf(before: Tree, after: Tree): string | undefined {
  const templates = new Templates()
  const parts = changes(before.dynamics, after.dynamics, templates)
  return parts.length === 0 ? undefined : `{${parts.join(',')}${templates.fields()}}`
}
