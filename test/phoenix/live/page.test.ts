import { expect, test } from 'vitest'
import { readPage } from '../../../src/phoenix/live/page.js'
import { absolute, originOf } from '../../../src/phoenix/live/urls.js'

const url = 'http://127.0.0.1:4000/t/acme/events/gala?x=1'

const head = `<!DOCTYPE html><html><head>
  <meta charset="utf-8"><meta content="abc&amp;&#39;=" name="csrf-token">
  <script defer phx-track-static src="/assets/app.js?vsn=d"></script>
  <link phx-track-static rel="stylesheet" href="//cdn.test/app.css">
  <script>document.querySelector("meta[name='csrf-token']"); let s = "data-phx-session"</script>
</head>`

const page = `${head}<body>
  <div id="nav" data-phx-session="NAV" data-phx-static="NS" data-phx-sticky></div>
  <section class="a > b" data-phx-static="STATIC" id='phx-1"' data-phx-main data-phx-session="SES&quot;S">
    <div data-phx-parent-id="phx-1" id="child" data-phx-session="" data-phx-static="CS"></div>
    <div data-phx-parent-id="phx-1" id="bare" data-phx-session="" data-phx-static=""></div>
  </section></body></html>`

test('a page tells all that a join needs, whatever the order of attributes', () => {
  expect(readPage(page, url)).toEqual({
    csrf: "abc&'=",
    root: { id: 'phx-1"', session: 'SES"S', static: 'STATIC' },
    tracked: ['http://127.0.0.1:4000/assets/app.js?vsn=d', 'http://cdn.test/app.css'],
    children: [
      { id: 'nav', session: 'NAV', static: 'NS', parentId: null, sticky: true },
      { id: 'child', session: '', static: 'CS', parentId: 'phx-1', sticky: false },
      { id: 'bare', session: '', static: null, parentId: 'phx-1', sticky: false },
    ],
  })
})

test('without a routed view the first one is the page', () => {
  const read = readPage(page.replace('data-phx-main', ''), url)
  expect(read).toHaveProperty('root.id', 'phx-1"')
})

test.for([
  ['a login form has no view', `${head}<form action="/log-in"></form>`, 'no_live_view'],
  ['nor has nothing', '', 'no_live_view'],
  ['nor a page that only talks of it', '<p>data-phx-session="x" id="y"</p>', 'no_live_view'],
  ['a view without token', page.replace('SES&quot;S', ''), 'no_session'],
  ['no meta', page.replace('name="csrf-token"', ''), 'no_csrf'],
  ['an empty token', page.replace('abc&amp;&#39;=', ''), 'no_csrf'],
  ['a page cut off in its head', page.slice(0, 300), 'no_live_view'],
] as const)('%s', ([, html, missing]) => {
  expect(readPage(html, url)).toEqual({ missing })
})

test('a page cut off anywhere is never an exception', () => {
  for (let end = 0; end < page.length; end += 1) expect(readPage(page.slice(0, end), url)).toBeDefined()
})

test('addresses are resolved as a browser does', () => {
  const base = 'https://a.test:8443/x/y/z?q=1#f'
  for (const href of [
    '/b',
    'b',
    '../b',
    '../../../b',
    './b?c=/d/../e',
    '?c',
    '#g',
    '',
    '//h.test/i',
    'mailto:x',
    'b/.',
    '..',
  ])
    expect([href, absolute(href, base)]).toEqual([href, new URL(href, base).href])
  expect(absolute('b', 'https://a.test')).toBe('https://a.test/b')
  expect(originOf('https://a.test?x')).toBe('https://a.test')
})
