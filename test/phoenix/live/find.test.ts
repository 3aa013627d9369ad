import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/model/scenario.js'
import { attributesOf, elementEnd, nextTag } from '../../../src/phoenix/live/tags.js'
import { parseSelector } from '../../../src/phoenix/live/selector.js'
import { Rendered } from '../../../src/phoenix/live/tree.js'
import { keyedOf } from './keyed.js'
import { documents, SmallServer, type Style } from './small-server.js'

const seats = (count: number): JsonObject => ({
  k: keyedOf(
    Array.from({ length: count }, (_, n) => ({
      '0': `A${n}`,
      '1': n % 7 === 0 ? 'sold' : 'free',
      '2': `A${n}`,
    })),
  ),
  s: ['<button id="seat-', '" class="seat ', '" phx-click="pick" phx-value-seat="', '"></button>'],
})

const seatsHtml = (count: number): string => new Rendered({ '0': seats(count), s: ['', ''] }).html()

const page = (count: number): JsonObject => ({
  '0': ' id="whole" class="x"',
  '1': seats(count),
  '2': '<p id="raw" title="&quot;">raw <b>text</b></p>',
  '3': 1,
  '4': { '0': 'yes', s: ['open-', ''] },
  s: [
    '<main',
    '><h1>5 id="no" seats</h1><div id="seats">',
    '</div>',
    '<hr>',
    '<i id="mark-',
    '"></i></main>',
  ],
  c: { '1': { '0': 'box', '1': 'in it', s: ['<div id="', '"><span class="deep">', '</span></div>'], r: 1 } },
})

test('an element is found wherever a template writes its id', () => {
  const tree = new Rendered(page(5))
  expect(tree.find('#whole')?.attributes).toEqual({ id: 'whole', class: 'x' })
  expect(tree.find('main#whole.x')?.text).toContain('raw text')
  const seat = tree.find('#seat-A3')
  expect(seat).toMatchObject({ tag: 'button', cid: undefined, text: '' })
  expect(seat?.attributes).toEqual({
    id: 'seat-A3',
    class: 'seat free',
    'phx-click': 'pick',
    'phx-value-seat': 'A3',
  })
  expect(seat?.html).toBe(
    '<button id="seat-A3" class="seat free" phx-click="pick" phx-value-seat="A3"></button>',
  )
  expect(tree.find('#raw')).toMatchObject({
    html: '<p id="raw" title="&quot;">raw <b>text</b></p>',
    text: 'raw text',
  })
  expect(tree.find('#raw')?.attributes.title).toBe('"')
  expect(tree.find('#box')).toMatchObject({ cid: 1, attributes: { 'data-phx-component': '1' } })
  expect(tree.find('#mark-open-yes')?.tag).toBe('i')
  expect(tree.find('#seats')?.html).toBe(`<div id="seats">${seatsHtml(5)}</div>`)
  for (const absent of [
    '#seat-A5',
    '#seat-',
    '#no',
    '#A3',
    '#seat-A3.sold',
    'i#seat-A3',
    '#seat-A3[disabled]',
    '#nothing',
  ])
    expect([absent, tree.find(absent)]).toEqual([absent, undefined])
})

test('ids in single quotes are found, in templates and in dynamics', () => {
  const tree = new Rendered({ '0': "<b id='b'>", '1': 'n', s: ["<i id='a'>", "<u id='x-", "'>"] })
  expect(['#a', '#b', '#x-n', '#x'].map((id) => tree.find(id)?.tag)).toEqual(['i', 'b', 'u', undefined])
})

test('below an element with an id only that is looked through, and components are known', () => {
  const tree = new Rendered(page(3))
  expect(tree.find('#seats > .sold')?.attributes.id).toBe('seat-A0')
  expect(tree.find('#box .deep')).toMatchObject({ text: 'in it', cid: 1 })
  expect(tree.find('#raw .deep')).toBeUndefined()
  expect(tree.find('#nothing .deep')).toBeUndefined()
  expect(tree.find('main .deep')?.cid).toBe(1)
})

test('what was found before is found where it is now', () => {
  const tree = new Rendered(page(4))
  const classOf = (id: string): string | undefined => tree.find(`#seat-${id}`)?.attributes.class
  expect(classOf('A2')).toBe('seat free')
  tree.merge({ '1': { k: { '2': { '1': 'held' }, kc: 4 } } })
  expect(classOf('A2')).toBe('seat held')
  tree.merge({ '1': { k: { '0': 2, '2': [0, { '1': 'free' }], kc: 4, km: true } } })
  expect([classOf('A2'), classOf('A0')]).toEqual(['seat held', 'seat free'])
  tree.merge({ '1': { k: { '0': { '0': 'B1' }, kc: 4 } } })
  expect([classOf('A2'), classOf('B1')]).toEqual([undefined, 'seat held'])
  tree.merge({ '1': { k: { kc: 1 } } })
  expect([classOf('A0'), classOf('B1')]).toEqual([undefined, 'seat held'])
  tree.merge({ '1': '' })
  expect(classOf('B1')).toBeUndefined()
})

/** All elements with an id, in the page as a whole. */
const elementsWith = (id: string, html: string): string[] => {
  const found: string[] = []
  for (let tag = nextTag(html, 0); tag !== undefined; tag = nextTag(html, tag.end))
    if (!tag.closing && attributesOf(html, tag).id === id)
      found.push(html.slice(tag.start, elementEnd(html, tag)))
  return found
}

test.for<Style>(['d', 'km'])(
  'in any document, style %s, #id finds an element of the whole page, if there is one',
  (style) => {
    fc.assert(
      fc.property(documents, (docs) => {
        const server = new SmallServer(style)
        let tree: Rendered | undefined
        for (const doc of docs) {
          const message = server.send(doc)
          if (tree === undefined) tree = new Rendered(message)
          else tree.merge(message)
          const html = tree.html()
          for (const id of ['row-1', 'row-2', 'row-3', 'row-']) {
            const found = tree.find(`#${id}`)
            const all = elementsWith(id, html)
            if (found === undefined) expect(all).toEqual([])
            else expect(all).toContain(found.html)
          }
        }
      }),
      { numRuns: 200 },
    )
  },
)

test.for<Style>(['d', 'k', 'km'])(
  'in style %s nothing appears that the last diff is not told to have brought',
  (style) => {
    const selectors = [
      '#row-1',
      '#row-2',
      'span#row-3',
      '.c1',
      'em.c2',
      '[title="3"]',
      'section',
      'u',
      'br',
      'i',
      'main span',
    ].map(parseSelector)
    let appeared = 0
    let told = 0
    fc.assert(
      fc.property(documents, (docs) => {
        const server = new SmallServer(style)
        let tree: Rendered | undefined
        let before: boolean[] = selectors.map(() => false)
        for (const doc of docs) {
          const message = server.send(doc)
          if (tree === undefined) tree = new Rendered(message)
          else tree.merge(message)
          const shown = tree
          const now = selectors.map((selector) => shown.find(selector) !== undefined)
          const may = selectors.map((selector) => shown.mayHaveAppeared(selector))
          now.forEach((is, index) => {
            if (!is || before[index] === true) return
            appeared += 1
            expect(may[index]).toBe(true)
          })
          told += may.filter(Boolean).length
          before = now
        }
      }),
      { numRuns: 300 },
    )
    expect(appeared).toBeGreaterThan(100)
    // And it is no answer of always yes.
    expect(told).toBeLessThan(appeared * 6)
  },
)
