import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { each, live, toHtml, type Tree } from '../../platform/live/rendered.js'
import { diffOf, wholeTree } from '../../platform/live/wire.js'
import { clientTrees, type ClientTree } from './live-oracle.js'

let clientTree: (rendered: unknown) => ClientTree

beforeAll(async () => {
  clientTree = await clientTrees()
})

interface Item {
  readonly key: string
  readonly text: string
  readonly note: string | undefined
}

interface State {
  readonly title: string
  readonly stage: 'a' | 'b' | 'none'
  readonly items: readonly Item[]
}

const page = ({ title, stage, items }: State): Tree => live`<h1>${title}</h1>
${stage === 'a' ? live`<p class="a">${title}</p>` : stage === 'b' ? live`<p class="b">${title}<b>${stage}</b></p>` : undefined}
<ul>${each(
  items,
  ({ key }) => key,
  ({ key, text, note }) =>
    live`<li id="${key}">${text}${note === undefined ? undefined : live`<i>${note}</i>`}</li>`,
)}</ul>`

const item = fc.record({
  key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5'),
  text: fc.constantFrom('x', 'y', '<&">'),
  note: fc.option(fc.constantFrom('n', 'm'), { nil: undefined }),
})
const state: fc.Arbitrary<State> = fc.record({
  title: fc.constantFrom('One', 'Two', "it's"),
  stage: fc.constantFrom('a', 'b', 'none'),
  items: fc.uniqueArray(item, { selector: ({ key }) => key, maxLength: 5 }),
})

test('whatever a page goes through, the client has after each diff what the server would render anew', () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 8 }), (states) => {
      let shown: Tree | undefined
      let client: ClientTree | undefined
      for (const next of states) {
        const tree = page(next)
        if (shown === undefined || client === undefined) {
          const { t, ...whole } = JSON.parse(wholeTree(tree, 'Title')) as Record<string, unknown>
          expect(t).toBe('Title')
          client = clientTree(whole)
        } else {
          const diff = diffOf(shown, tree)
          if (diff !== undefined) client.mergeDiff(JSON.parse(diff))
          else expect(toHtml(tree)).toBe(toHtml(shown))
        }
        shown = tree
        expect(client.toString().buffer).toBe(toHtml(tree))
      }
    }),
    { numRuns: 300 },
  )
})

test('an unchanged page sends nothing, and a changed text nothing but itself', () => {
  const before: State = { title: 'One', stage: 'none', items: [{ key: 'k1', text: 'x', note: undefined }] }
  expect(diffOf(page(before), page({ ...before }))).toBeUndefined()
  expect(diffOf(page(before), page({ ...before, title: 'Two' }))).toBe('{"0":"Two"}')
})

test('rows are known by their keys: moved, changed, added and dropped ones say no more than that', () => {
  const rows = (...items: [key: string, text: string][]): Tree =>
    page({ title: '', stage: 'none', items: items.map(([key, text]) => ({ key, text, note: undefined })) })
  const before = rows(['k1', 'x'], ['k2', 'x'], ['k3', 'x'])
  expect(JSON.parse(diffOf(before, rows(['k1', 'x'], ['k2', 'y'], ['k3', 'x'])) ?? '')).toEqual({
    '2': { k: { '1': { '1': 'y' }, kc: 3 } },
  })
  expect(JSON.parse(diffOf(before, rows(['k3', 'x'], ['k1', 'y'])) ?? '')).toEqual({
    '2': { k: { '0': 2, '1': [0, { '1': 'y' }], kc: 2 } },
  })
  expect(JSON.parse(diffOf(before, rows()) ?? '')).toEqual({ '2': { k: { kc: 0 } } })
})

test('statics are sent once a message, in templates, as LiveView 1.1 does', () => {
  const items = ['k1', 'k2'].map((key) => ({ key, text: 'x', note: 'n' }))
  const whole = JSON.parse(wholeTree(page({ title: 'T', stage: 'b', items }), 'T')) as Record<string, unknown>
  expect(whole.s).toEqual(expect.any(Number))
  expect(Object.values(whole.p as object)).toHaveLength(4)
  expect(JSON.stringify(whole).match(/<i>/g)).toHaveLength(1)
})
