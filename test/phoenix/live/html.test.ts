import fc from 'fast-check'
import { parse } from 'node-html-parser'
import { expect, test } from 'vitest'
import { search } from '../../../src/phoenix/live/html-search.js'
import { parseSelector } from '../../../src/phoenix/live/selector.js'
import {
  attributesOf,
  elementEnd,
  escape,
  nextTag,
  textOf,
  unescape,
} from '../../../src/phoenix/live/tags.js'

const attributesIn = (html: string) => {
  const tag = nextTag(html, 0)
  return tag && { name: tag.name, empty: tag.empty, ...attributesOf(html, tag) }
}

test.for([
  ['<a>', { name: 'a', empty: false }],
  ['<BR/>', { name: 'br', empty: true }],
  ['<path d=x />', { name: 'path', empty: true, d: 'x' }],
  [`<a b='x>"y' c = "d'e" f g=h>`, { name: 'a', empty: false, b: 'x>"y', c: "d'e", f: '', g: 'h' }],
  [
    '<a title="&lt;&#x41;&#66;&nope;&amp;lt;" title="second">',
    { name: 'a', empty: false, title: '<AB&nope;&lt;' },
  ],
  ['1 < 2 <!-- <b> --><i>', { name: 'i', empty: false }],
] as const)('the tag %s is read', ([html, wanted]) => {
  expect(attributesIn(html)).toEqual(wanted)
})

test('a tag that is cut off is none', () => {
  for (const html of ['<', '<a', '<a b="', '<a b=">', '<!-- <b>']) expect(nextTag(html, 0)).toBeUndefined()
})

test('the end of an element is found over others of its kind, void ones and scripts', () => {
  const html = '<div><div>a</div><br><script>"</div>"</script><div/></div><p>'
  const tag = nextTag(html, 0)
  expect(tag && html.slice(0, elementEnd(html, tag))).toBe(html.slice(0, -3))
})

test('text is what a reader sees', () => {
  expect(textOf('<p>a &amp;\n <b>b</b><!-- c --><script>d</script></p><textarea>e <i></textarea>')).toBe(
    'a & be <i>',
  )
})

test('what is escaped is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(unescape(escape(text))).toBe(text)
    }),
  )
})

const html = `<main id="top" class="x y"><ul class="list"><li id="a" data-n="1">1</li><li id="b:c" class="y held">2
</li></ul><div data-phx-component="3"><form id="f"><input name="user[name]" value="a b"><button disabled>Go</button></form>
<section data-phx-component="4"><b class="deep">!</b></section></div></main>`

const idOf = (selector: string): string | undefined => {
  const found = search(html, parseSelector(selector))
  return found && (found.attributes.id ?? found.attributes.name ?? found.tag.name)
}

test.for([
  ['li', 'a'],
  ['#a', 'a'],
  [String.raw`#b\:c.held`, 'b:c'],
  ['.y', 'top'],
  ['li.y.held', 'b:c'],
  ['ul > li.y', 'b:c'],
  ['main > li', undefined],
  ['main li', 'a'],
  ['.list>[data-n="1"]', 'a'],
  ["[name='user[name]']", 'user[name]'],
  ['form [value="a b"]', 'user[name]'],
  ['[data-n=2]', undefined],
  ['#f > button[disabled]', 'button'],
  ['* > b', 'b'],
  ['main > div section > .deep', 'b'],
  ['section section .deep', undefined],
] as const)('%s means %s', ([selector, wanted]) => {
  expect(idOf(selector)).toBe(wanted)
})

test('an element knows its component', () => {
  expect(search(html, parseSelector('#a'))?.cid).toBeUndefined()
  expect(search(html, parseSelector('button'))?.cid).toBe(3)
  expect(search(html, parseSelector('.deep'))?.cid).toBe(4)
})

test.for([
  '',
  ' ',
  '>',
  'a >',
  '> a',
  'a > > b',
  'a[',
  'a]',
  'a:hover',
  'a, b',
  'a + b',
  '[a',
  '#',
  '.',
  'a#',
])('the selector "%s" is refused in a sentence', (selector) => {
  expect(() => parseSelector(selector)).toThrow(/is no selector that can be read/)
})

const elements = (depth: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('i', 'div', 'em'),
      fc.constantFrom('', 'a', 'b', 'a b'),
      depth === 0 ? fc.constant([]) : fc.array(elements(depth - 1), { maxLength: 3 }),
    )
    .map(([tag, kind, inner]) => `<${tag} class="${kind}">${inner.join('')}</${tag}>`)

test('any tree is searched as a DOM library does', () => {
  const compound = fc.constantFrom('i', 'div', 'em', '.a', '.b', 'i.a', 'div.b', '.a.b')
  const selector = fc
    .tuple(compound, fc.array(fc.tuple(fc.constantFrom(' ', ' > '), compound), { maxLength: 2 }))
    .map(([first, more]) => first + more.map(([by, one]) => by + one).join(''))
  fc.assert(
    fc.property(elements(4), selector, (tree, wanted) => {
      expect(search(tree, parseSelector(wanted))?.tag.start).toBe(parse(tree).querySelector(wanted)?.range[0])
    }),
    { numRuns: 500 },
  )
})
