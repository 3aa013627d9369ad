import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/model/scenario.js'
import { BrokenDiff, Rendered } from '../../../src/phoenix/live/tree.js'
import { keyedOf } from './keyed.js'

const after = (...messages: readonly JsonObject[]): string => {
  const [first = {}, ...rest] = messages
  const tree = new Rendered(first)
  for (const diff of rest) tree.merge(diff)
  return tree.html()
}

const list = (...names: readonly string[]): JsonObject => ({
  '0': {
    k: keyedOf(names.map((name) => ({ '0': 'x', '1': name }))),
    s: ['<li c="', '">', '</li>'],
  },
  s: ['<ul>', '</ul>'],
})
const items = (...names: readonly string[]): string =>
  `<ul>${names.map((name) => `<li c="x">${name}</li>`).join('')}</ul>`
const keyed = (k: JsonObject): JsonObject => ({ '0': { k } })

test.for<[string, JsonObject[], string]>([
  [
    'the example of the notes: rows moved, one of them changed',
    [{ '0': 2, '2': [0, { '1': 'A2' }], kc: 3, km: true }],
    items('C', 'B', 'A2'),
  ],
  ['moves without km, as up to 1.2.7', [{ '0': 1, '1': 0, kc: 3 }], items('B', 'A', 'C')],
  ['a row appended', [{ '3': { '0': 'x', '1': 'D' }, kc: 4 }], items('A', 'B', 'C', 'D')],
  ['rows cut off', [{ kc: 1 }], items('A')],
  ['all rows gone, then one anew', [{ kc: 0 }, { '0': { '0': 'x', '1': 'Z' }, kc: 1 }], items('Z')],
  [
    'an insert in front without keys changes all',
    [{ '0': { '1': 'N' }, '1': { '1': 'A' }, '2': { '1': 'B' }, '3': { '0': 'x', '1': 'C' }, kc: 4 }],
    items('N', 'A', 'B', 'C'),
  ],
  ['a removal in the middle moves the rest', [{ '1': 2, kc: 2, km: true }], items('A', 'C')],
  [
    'a new row where another one moved away',
    [{ '0': { '0': 'x', '1': 'N' }, '1': 0, kc: 2, km: true }],
    items('N', 'A'),
  ],
])('keyed rows: %s', ([, diffs, html]) => {
  expect(after(list('A', 'B', 'C'), ...diffs.map(keyed))).toBe(html)
})

test('rows that move take their nodes with them, as they were', () => {
  const row = (text: string): JsonObject => ({ '0': { '0': text, s: ['<b>', '</b>'] } })
  const tree = new Rendered({
    '0': { k: { '0': row('A'), '1': row('B'), kc: 2 }, s: ['', ','] },
    s: ['', ''],
  })
  tree.merge(keyed({ '0': [1, { '0': { '0': 'B2' } }], '1': 0, kc: 2, km: true }))
  expect(tree.html()).toBe('<b>B2</b>,<b>A</b>,')
  tree.merge(keyed({ '0': { '0': { '0': 'B3' } }, kc: 2 }))
  expect(tree.html()).toBe('<b>B3</b>,<b>A</b>,')
})

test('0.20 and 1.0: a list comes whole, its statics once, its templates with each message', () => {
  const s = ['<li>', '', '</li>']
  const join = {
    '0': { d: [['a', { '0': 'b', s: 0 }]], s, p: { '0': ['<i>', '</i>'] } },
    s: ['<ul>', '</ul>'],
  }
  const diff = {
    '0': {
      d: [
        ['c', ''],
        ['d', { '0': 'e', s: 0 }],
      ],
      p: { '0': ['<u>', '</u>'] },
    },
  }
  expect(after(join)).toBe('<ul><li>a<i>b</i></li></ul>')
  expect(after(join, diff)).toBe('<ul><li>c</li><li>d<u>e</u></li></ul>')
  expect(after(join, diff, { '0': { d: [] } })).toBe('<ul></ul>')
  expect(after(join, { '0': '' }, { '0': { d: [['f', '']], s } })).toBe('<ul><li>f</li></ul>')
})

test('1.1: templates of the root serve statics anywhere in the message, the root among them', () => {
  const p = { '0': ['<a>', '', '</a>'], '1': ['<b>', '</b>'] }
  const rows = { k: { '0': { '0': { '0': 'x', s: 1 } }, kc: 1 }, s: 1 }
  expect(after({ '0': { '0': 'y', s: 1 }, '1': rows, s: 0, p })).toBe('<a><b>y</b><b><b>x</b></b></a>')
  const tree = new Rendered({ '0': '', '1': '', s: 0, p })
  tree.merge({ '1': { '0': 'z', s: 0 }, p: { '0': ['<q>', '</q>'] } })
  expect(tree.html()).toBe('<a><q>z</q></a>')
  expect(() => tree.merge({ '0': { '0': 'z', s: 1 } })).toThrow('Statics are 1.')
})

test('a node with statics replaces, one without merges, text overwrites', () => {
  const join = { '0': { '0': 'a', '1': 'b', s: ['(', '-', ')'] }, s: ['', ''] }
  expect(after(join, { '0': { '1': 'c' } })).toBe('(a-c)')
  expect(after(join, { '0': { '0': 'd', s: ['[', ']'] } })).toBe('[d]')
  expect(after(join, { '0': 'e' }, { '0': { '0': '1', '1': '2', s: ['(', '-', ')'] } })).toBe('(1-2)')
})

test('components share trees of this message and of those before it', () => {
  const s = ['<p class="', '">', '</p>']
  const join = {
    '0': 1,
    '1': 2,
    s: ['', '', ''],
    c: { '1': { '0': 'a', '1': { '0': 'n', s: ['<b>', '</b>'] }, s, r: 1 }, '2': { '0': 'b', s: 1 } },
  }
  const of = (cid: number, kind: string, text: string): string =>
    `<p data-phx-component="${cid}" class="${kind}"><b>${text}</b></p>`
  expect(after(join)).toBe(of(1, 'a', 'n') + of(2, 'b', 'n'))
  // 3 takes 1 as it was, 4 takes it as this message makes it.
  const diff = {
    '0': 3,
    '1': 4,
    c: { '1': { '1': { '0': 'm' } }, '3': { '0': 'c', s: -1 }, '4': { '0': 'd', s: 1 } },
  }
  expect(after(join, diff)).toBe(of(3, 'c', 'n') + of(4, 'd', 'm'))
  expect(after(join, diff, { '0': 1, c: { '4': { '1': { '0': 'o' } } } })).toBe(
    of(1, 'a', 'm') + of(4, 'd', 'o'),
  )
})

test('reply, events and title stand beside the tree', () => {
  const tree = new Rendered({
    '0': 'a',
    s: ['', ''],
    t: 'One',
    e: [
      ['hello', { n: 1 }],
      ['early', {}, true],
    ],
    r: { ok: true },
  })
  expect(tree).toMatchObject({
    title: 'One',
    reply: { ok: true },
    events: [{ name: 'hello', payload: { n: 1 } }, { name: 'early' }],
  })
  tree.merge({ e: [] })
  expect(tree).toMatchObject({ title: 'One', events: [] })
  expect(tree.reply).toBeUndefined()
})

const row = (id: string): JsonObject => ({ '0': id, '1': id.toUpperCase() })
const streamed = (ids: readonly string[], ...stream: readonly Json[]): JsonObject => ({
  k: keyedOf(ids.map(row)),
  stream: ['0', ...stream],
})
const at =
  (place: number, limit: number | null = null) =>
  (id: string) => [id, place, limit]

test.for<[string, JsonObject, string]>([
  ['appended', streamed(['c'], ['c'].map(at(-1)), []), 'abc'],
  ['put in front', streamed(['c', 'd'], ['c', 'd'].map(at(0)), []), 'dcab'],
  ['put between', streamed(['c'], ['c'].map(at(1)), []), 'acb'],
  ['put beyond the end', streamed(['c'], ['c'].map(at(9)), []), 'abc'],
  ['updated where it stands', streamed(['a'], ['a'].map(at(-1)), []), 'ab'],
  ['deleted', streamed([], [], ['a', 'gone']), 'b'],
  ['deleted and put back: placed anew', streamed(['a'], ['a'].map(at(-1)), ['a']), 'ba'],
  ['reset', streamed(['c', 'a'], ['c', 'a'].map(at(-1)), [], true), 'ca'],
  ['limited from the start', streamed(['c'], ['c'].map(at(0, 2)), []), 'ca'],
  ['limited from the end', streamed(['c'], ['c'].map(at(-1, -2)), []), 'bc'],
  ['update only, not there', streamed(['c'], [['c', -1, null, true]], []), 'ab'],
])('a stream row is %s', ([, diff, wanted]) => {
  const ul = ['<ul phx-update="stream">', '</ul>']
  const first = {
    '0': { ...streamed(['a', 'b'], ['a', 'b'].map(at(-1)), []), s: ['<li id="', '">', '</li>'] },
    s: ul,
  }
  const tree = new Rendered(first)
  tree.merge({ '0': diff })
  const rows = wanted
    .split('')
    .map((id) => `<li id="${id}">${id.toUpperCase()}</li>`)
    .join('')
  expect(tree.html()).toBe(ul[0] + rows + ul[1])
  // What the server forgot is still there, and an empty diff changes nothing.
  tree.merge({ '0': { k: { kc: 0 } } })
  expect(tree.html()).toBe(ul[0] + rows + ul[1])
})

test('a stream of 1.0 comes as a list', () => {
  const join = {
    '0': { d: [['a', 'A']], s: ['<li id="', '">', '</li>'], stream: ['0', [['a', -1, null]], []] },
    s: ['', ''],
  }
  expect(after(join, { '0': { d: [['b', 'B']], stream: ['0', [['b', 0, null]], ['a']] } })).toBe(
    '<li id="b">B</li>',
  )
})

test.for<[string, JsonObject, RegExp]>([
  ['an unknown component', { '0': { '0': 9 } }, /^Component 9 is in no message\.$/],
  [
    'a diff for an unknown component',
    { c: { '9': { '0': 'x' } } },
    /^A diff is for component 9, which is not there\.$/,
  ],
  ['a component that shares an unknown one', { c: { '9': { s: -8 } } }, /^Component 9 shares that of -8/],
  ['components that share each other', { c: { '8': { s: 9 }, '9': { s: 8 } } }, /shares its own tree/],
  ['a component that is none', { c: { '9': 'x' } }, /^Component 9 is in no message\.$/],
  ['a dynamic too many', { '7': 'x' }, /^A diff has dynamic 7 where there are 2\.$/],
  ['a dynamic of a strange kind', { '0': [1] }, /^A dynamic is \[1\]/],
  ['null', { '0': null }, /^A dynamic is null/],
  ['a node without statics', { '0': 'a', '1': { '0': 'b', s: ['', { '0': 1 }] } }, /^Statics are/],
  ['a new node without statics', { '1': { '0': { '0': 'x' } } }, /template where a comprehension is/],
  ['too few dynamics', { '0': { '0': 'x', s: ['', '', ''] } }, /^Dynamic 1 of 2 is missing\.$/],
  ['rows where a template is', { '0': { k: { kc: 0 } } }, /comprehension where a template is/],
  ['no count', { '1': { k: { '0': { '0': 'x' } } } }, /count of nothing/],
  [
    'a row beyond the count',
    { '1': { k: { '5': { '0': 'x' }, kc: 2 } } },
    /^Row 5 lies beyond a count of 2\.$/,
  ],
  ['a row from nowhere', { '1': { k: { '0': 5, kc: 2 } } }, /^Row 0 comes from 5/],
  ['a row that never came', { '1': { k: { kc: 3 } } }, /^2 rows are new, and 0 came\.$/],
  ['a row that is none', { '1': { k: { '0': 'x', kc: 1 } } }, /^Row 0 is "x"/],
  ['a stream without its rows', { '1': { stream: ['0', [['a', 0, null]], []] } }, /0 rows for 1 inserts/],
  ['a stream that is none', { '1': { stream: 'x' } }, /^A stream is "x"/],
])('%s is told in a sentence', ([, diff, sentence]) => {
  const tree = new Rendered({
    '0': { '0': 'a', s: ['<b>', '</b>'] },
    '1': { k: { '0': { '0': 'r' }, kc: 1 }, s: ['', ''] },
    s: ['', '', ''],
  })
  expect(() => tree.merge(diff)).toThrow(BrokenDiff)
  expect(() =>
    new Rendered({
      '0': { '0': 'a', s: ['<b>', '</b>'] },
      '1': { k: { '0': { '0': 'r' }, kc: 1 }, s: ['', ''] },
      s: ['', '', ''],
    }).merge(diff),
  ).toThrow(sentence)
})

test('a first message that is no tree is told', () => {
  expect(() => new Rendered({})).toThrow('A new tree has no statics.')
  expect(() => new Rendered({ s: 0 })).toThrow('Statics are 0.')
  expect(() => new Rendered({ k: { kc: 0 }, s: [''] })).toThrow(
    'A comprehension stands where a template must.',
  )
})

test('a component that contains itself ends in a sentence', () => {
  const tree = new Rendered({ '0': 1, s: ['', ''], c: { '1': { '0': 1, s: ['<b>', '</b>'] } } })
  expect(() => tree.html()).toThrow('A component contains itself.')
})
