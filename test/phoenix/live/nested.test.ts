import { expect, test } from 'vitest'
import { html, Wire } from './wire.js'

const nested = `${html}<div data-phx-parent-id="phx-1" id="kid" data-phx-session="" data-phx-static="KS"></div>
<div id="nav" data-phx-sticky data-phx-session="NAV" data-phx-static=""></div>`
const kid = '<div data-phx-parent-id="phx-1" id="kid" data-phx-session="KID" data-phx-static=""></div>'

test('nested views join after their parent with its token and the static of the page; sticky ones beside it', () => {
  const wire = new Wire({ source: nested })
  wire.joined({ '0': kid, s: ['<i id="i"></i>', ''] })
  expect(wire.sent.map(({ topic }) => topic)).toEqual(['lv:phx-1', 'lv:nav', 'lv:kid'])
  const [, nav, child] = wire.sent
  expect(nav?.payload).toMatchObject({ session: 'NAV', static: null, sticky: true })
  expect(child?.payload).toEqual({
    params: expect.objectContaining({ _mounts: 0 }),
    session: 'KID',
    static: 'KS',
    sticky: false,
  })
  wire.reply({ rendered: { '0': 'in', s: ['<b id="b" phx-click="go">', '</b>'] } }, 'ok', child)
  wire.reply({ rendered: { s: ['<u id="u"></u>'] } }, 'ok', nav)
  expect(wire.view.html()).toContain('data-phx-static=""><b id="b" phx-click="go">in</b></div>')
  expect(wire.view.find('#u')?.tag).toBe('u')
  wire.view.click('#b', () => {})
  expect(wire.last).toMatchObject({ topic: 'lv:kid', payload: { event: 'go' } })
  wire.push('diff', { '0': 'out' }, 'lv:kid')
  expect(wire.view.find('#b')?.text).toBe('out')
})

test('nested views go with their parent and come with it again; one that fails is told', () => {
  const wire = new Wire({ source: nested })
  wire.joined({ '0': kid, s: ['', ''] })
  wire.reply({ reason: 'stale' }, 'error')
  expect(wire.odd).toEqual(['nested_view: kid: stale'])
  wire.push('diff', { '0': kid.replace('id="kid"', 'id="kid2"') })
  expect(wire.last).toMatchObject({ topic: 'lv:kid2', payload: { static: null } })
  wire.reply({ rendered: { s: ['kid2'] } })
  wire.push('phx_close', {}, 'lv:kid2')
  expect(wire.odd.at(-1)).toBe('nested_view: kid2: phx_close')
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: { '0': kid, s: ['', ''] } })
  expect(wire.last).toMatchObject({ topic: 'lv:kid', event: 'phx_join' })
})

test('after a lost connection nested views come with their parent, by their new tokens', () => {
  const wire = new Wire({ source: nested })
  const inner = '<i data-phx-parent-id="kid" id="inner" data-phx-session="I1" data-phx-static=""></i>'
  wire.joined({ '0': kid, s: ['', ''] })
  wire.reply({ rendered: { '0': inner, s: ['', ''] } })
  wire.reply({ rendered: { s: ['<u id="u">'] } })
  wire.socket.closed(1012, '')
  wire.sent.length = 0
  wire.open()
  const [root] = wire.sent.filter(({ topic }) => topic === 'lv:phx-1')
  const early = wire.sent.find(({ topic }) => topic === 'lv:kid')
  // A server that comes to it first knows nothing of the old token.
  if (early !== undefined) wire.reply({ reason: 'stale' }, 'error', early)
  wire.reply({ rendered: { '0': kid.replace('KID', 'KID2'), s: ['', ''] } }, 'ok', root)
  expect(wire.last).toMatchObject({ topic: 'lv:kid', payload: { session: 'KID2', params: { _mounts: 1 } } })
  wire.reply({ rendered: { s: ['<b id="b">'] } })
  expect(wire.view.find('#b')?.tag).toBe('b')
  expect(wire.view.find('#u')).toBeUndefined()
  expect(wire.odd).toEqual([])
  expect(wire.gone).toEqual([])
})

test('leaving leaves all views, and nothing more is told', () => {
  const wire = new Wire({ source: nested })
  wire.joined({ '0': kid, s: ['', ''] })
  wire.reply({ rendered: { s: ['kid'] } })
  wire.view.leave()
  expect(wire.sent.filter(({ event }) => event === 'phx_leave').map(({ topic }) => topic)).toEqual([
    'lv:nav',
    'lv:kid',
    'lv:phx-1',
  ])
  wire.push('phx_close', {})
  expect(wire.gone).toEqual([])
  wire.clock.pass(100_000_000)
  expect(wire.odd).toEqual([])
})
