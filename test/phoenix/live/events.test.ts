import { expect, test } from 'vitest'
import { Stuck } from '../../../src/phoenix/live/view.js'
import { told, Wire, type Sent } from './wire.js'

const noop = (): void => {}

const page = (body: string): { readonly s: readonly string[] } => ({ s: [body] })

/** A page with this body, and what is sent when something is done on it. */
const on = (body: string, version = '1.1.18', c = {}): Wire => {
  const wire = new Wire()
  wire.joined({ ...page(body), c }, version)
  wire.sent.length = 0
  return wire
}
const payloads = (wire: Wire): Sent['payload'][] => wire.sent.map(({ payload }) => payload)

test.for<[string, unknown]>([
  ['<button id="x" phx-click="pick" phx-value-seat="7">', { seat: '7', value: '' }],
  ['<button id="x" phx-click="pick" value="v" phx-value-value="w">', { value: 'v' }],
  ['<div id="x" phx-click="pick" phx-value-a-b="1">', { 'a-b': '1' }],
  ['<a id="x" phx-click="pick" href="#">', {}],
  ['<li id="x" phx-click="pick">', { value: 0 }],
  ['<li id="x" phx-click="pick" value="4">', { value: 4 }],
  ['<input id="x" phx-click="pick" type="checkbox">', {}],
  ['<input id="x" phx-click="pick" type="checkbox" checked>', { value: 'on' }],
  ['<input id="x" phx-click="pick" value="q">', { value: 'q' }],
  ['<select id="x" phx-click="pick"><option value="1"><option value="2" selected></select>', { value: '2' }],
  ['<option id="x" phx-click="pick">Two</option>', { value: 'Two' }],
])('a click on %s carries what the browser would send', ([body, value]) => {
  const wire = on(body)
  wire.view.click('#x', noop)
  expect(payloads(wire)).toEqual([{ type: 'click', event: 'pick', value }])
  expect(wire.sent[0]).toMatchObject({ topic: 'lv:phx-1', event: 'event' })
})

test('commands of a binding: pushes with values and targets, and navigation; what only changes the page is not sent', () => {
  const commands = JSON.stringify([
    ['toggle_class', { names: ['a'] }],
    ['push', { event: 'one', value: { seat: 'own', more: [1] } }],
    ['push', { event: 'two', target: 4 }],
  ]).replaceAll('"', '&quot;')
  const wire = on(`<button id="x" phx-click="${commands}" phx-value-seat="7">`)
  const { replies, done } = told()
  wire.view.click('#x', done)
  expect(payloads(wire)).toEqual([
    { type: 'click', event: 'one', value: { seat: 'own', more: [1], value: '' } },
    { type: 'click', event: 'two', value: { seat: '7', value: '' }, cid: 4 },
  ])
  for (const sent of wire.sent.slice()) wire.reply({}, 'ok', sent)
  expect(replies).toHaveLength(1)
})

test('targets: a cid, a component by selector, none', () => {
  const component = { '0': { s: ['<section id="box"><b id="in" phx-click="a"></b></section>'], r: 1 } }
  const wire = new Wire()
  wire.joined(
    {
      '0': 5,
      s: [
        '<b id="n" phx-click="a" phx-target="5"></b><b id="s" phx-click="a" phx-target="#box b"></b>',
        '<b id="m" phx-click="a" phx-target="#gone"></b>',
      ],
      c: { '5': component['0'] },
    },
    '1.0.0',
  )
  wire.sent.length = 0
  for (const selector of ['#n', '#s', '#in']) wire.view.click(selector, noop)
  expect(payloads(wire).map(({ cid }) => cid)).toEqual([5, 5, undefined])
  expect(() => wire.view.click('#m', noop)).toThrow('#gone is not on the page.')
})

test('live links patch and navigate', () => {
  const wire = on(
    '<a id="p" data-phx-link="patch" href="?page=2"></a><a id="r" data-phx-link="redirect" href="/other"></a>',
  )
  const { replies, done } = told()
  wire.view.click('#p', done)
  expect(wire.sent).toMatchObject([
    { event: 'live_patch', payload: { url: 'http://shop.test/t/acme/events/gala?page=2' } },
  ])
  wire.reply({ diff: {} })
  expect(replies).toMatchObject([{ kind: 'ok', hasDiff: true }])
  expect(wire.view.url).toBe('http://shop.test/t/acme/events/gala?page=2')
  wire.view.click('#r', done)
  expect(wire.sent.slice(1).map(({ event }) => event)).toEqual(['phx_leave', 'phx_join'])
})

test('navigation leaves and joins with redirect, the flash of a live_redirect and where it came from', () => {
  const wire = on('<form id="f" phx-change="c"><input name="q"></form>')
  const { replies, done } = told()
  wire.view.change('#f', { q: 'typed' }, noop)
  wire.view.event('click', 'go', {}, undefined, done)
  wire.reply({ live_redirect: { to: '/next', kind: 'push', flash: 'FLASH' } })
  wire.push('phx_close', {})
  expect(replies).toMatchObject([{ kind: 'live_redirect', to: '/next', flash: 'FLASH' }])
  expect(wire.gone).toEqual([])
  wire.view.navigate('/next', done)
  expect(wire.last).toMatchObject({
    topic: 'lv:phx-1',
    event: 'phx_join',
    payload: {
      redirect: 'http://shop.test/next',
      flash: 'FLASH',
      session: 'SESSION',
      params: { _mounts: 0, _mount_attempts: 0, _live_referer: 'http://shop.test/t/acme/events/gala?x=1' },
    },
  })
  expect(wire.last.payload).not.toHaveProperty('url')
  wire.reply({
    rendered: page('<form id="f" phx-change="c"><input name="q"></form>'),
    container: ['main', { id: 'x' }],
  })
  expect(replies.at(-1)).toMatchObject({ kind: 'ok' })
  expect(wire.view.url).toBe('http://shop.test/next')
  wire.crash()
  wire.clock.pass(1_000_000)
  expect(wire.last.payload).toMatchObject({ redirect: 'http://shop.test/next', params: { _mounts: 1 } })
  expect(wire.last.payload).not.toHaveProperty('flash')
  // It is another page: what was typed into the form of the old one is not recovered.
  wire.reply({ rendered: page('<form id="f" phx-change="c"><input name="q"></form>') })
  expect(wire.last.event).toBe('phx_join')
})

test('navigation to another session is refused with its name', () => {
  const wire = on('')
  const { replies, done } = told()
  wire.view.navigate('/admin', done)
  wire.reply({ reason: 'unauthorized' }, 'error')
  expect(replies).toMatchObject([{ kind: 'unauthorized' }])
})

test('a patch to another view is navigation', () => {
  const wire = on('')
  const { replies, done } = told()
  wire.view.patch('/elsewhere', done)
  wire.reply({ link_redirect: true })
  expect(wire.last).toMatchObject({ event: 'phx_join', payload: { redirect: 'http://shop.test/elsewhere' } })
  wire.reply({ rendered: page('there') })
  expect(replies).toMatchObject([{ kind: 'ok' }])
  expect(wire.view.html()).toBe('there')
})

test.for<[string, unknown, unknown]>([
  [
    '0.20.17',
    { type: 'form', event: 'check', value: 'name=A+b&mail=&_target=name&k=v', uploads: {} },
    { type: 'form', event: 'save', value: 'name=A+b&mail=m&go=1&k=v' },
  ],
  [
    '1.0.5',
    { type: 'form', event: 'check', value: 'name=A+b&_unused_mail=&mail=&_target=name&k=v', uploads: {} },
    { type: 'form', event: 'save', value: 'name=A+b&mail=m&go=1&k=v' },
  ],
  [
    '1.0.19',
    {
      type: 'form',
      event: 'check',
      value: 'name=A+b&_unused_mail=&mail=',
      meta: { _target: 'name', k: 'v' },
      uploads: {},
    },
    { type: 'form', event: 'save', value: 'name=A+b&mail=m&go=1', meta: { k: 'v' } },
  ],
  [
    '1.2.10',
    {
      type: 'form',
      event: 'check',
      value: 'name=A+b&_unused_mail=&mail=',
      meta: { _target: 'name', k: 'v' },
      uploads: {},
    },
    { type: 'form', event: 'save', value: 'name=A+b&mail=m&go=1', meta: { k: 'v' } },
  ],
])('version %s writes forms its own way', ([version, change, submit]) => {
  const form =
    '<form id="f" phx-change="check" phx-submit="save" phx-value-k="v"><input name="name"><input name="mail"><button name="go" value="1"></form>'
  const wire = on(form, version)
  wire.view.change('#f', { name: 'A b' }, noop)
  wire.view.submit('#f', { mail: 'm' }, noop)
  expect(payloads(wire)).toEqual([change, submit])
})

test('each field that is filled sends a change of its own, and only the last one is told', () => {
  const wire = on(
    '<form id="f" phx-change="c" phx-target="3"><input name="a"><input name="b" phx-change="own" phx-target="4"></form>',
  )
  const { replies, done } = told()
  wire.view.change('#f', { a: '1', b: '2' }, done)
  expect(payloads(wire)).toMatchObject([
    { event: 'c', value: 'a=1&_unused_b=&b=', meta: { _target: 'a' }, cid: 3 },
    { event: 'own', value: 'b=2', meta: { _target: 'b' }, cid: 4 },
  ])
  for (const sent of wire.sent.slice()) wire.reply({}, 'ok', sent)
  expect(replies).toHaveLength(1)
})

test('keys and focus', () => {
  const wire = on(
    '<input id="q" value="v" phx-keydown="k" phx-focus="in" phx-window-blur="out" phx-value-a="1"><div id="w" phx-window-keyup="esc" phx-key="Escape"></div>',
  )
  wire.view.key('#q', 'keydown', 'x', noop)
  wire.view.focus('#q', noop)
  wire.view.blur('#q', noop)
  wire.view.key('#w', 'keyup', 'escape', noop)
  expect(payloads(wire)).toEqual([
    { type: 'keydown', event: 'k', value: { key: 'x', a: '1', value: 'v' } },
    { type: 'focus', event: 'in', value: { a: '1', value: 'v' } },
    { type: 'blur', event: 'out', value: { a: '1', value: 'v' } },
    { type: 'keyup', event: 'esc', value: { key: 'escape' } },
  ])
  expect(() => wire.view.key('#w', 'keyup', 'Enter', noop)).toThrow(Stuck)
})

test.for([
  ['#none', 'absent', (wire: Wire) => wire.view.click('#none', noop)],
  ['#plain', 'no_binding', (wire: Wire) => wire.view.click('#plain', noop)],
  ['#toggle', 'no_binding', (wire: Wire) => wire.view.click('#toggle', noop)],
  ['#off', 'disabled', (wire: Wire) => wire.view.click('#off', noop)],
  ['#plain', 'no_binding', (wire: Wire) => wire.view.key('#plain', 'keyup', 'a', noop)],
  ['#off', 'disabled', (wire: Wire) => wire.view.focus('#off', noop)],
  ['#plain', 'no_binding', (wire: Wire) => wire.view.change('#plain', { a: '1' }, noop)],
  ['#mute', 'no_binding', (wire: Wire) => wire.view.change('#mute', { a: '1' }, noop)],
  ['#mute', 'no_binding', (wire: Wire) => wire.view.submit('#mute', {}, noop)],
  ['#f', 'no_binding', (wire: Wire) => wire.view.change('#f', {}, noop)],
  ['#f [name="typo"]', 'absent', (wire: Wire) => wire.view.change('#f', { a: '1', typo: '1' }, noop)],
  ['#f', 'disabled', (wire: Wire) => wire.view.submit('#f', {}, noop)],
] as const)('%s is stuck: %s', ([selector, why, act]) => {
  const wire =
    on(`<p id="plain"></p><b id="toggle" phx-click='[["hide",{}]]'></b><button id="off" disabled phx-click="c" phx-focus="f"></button>
    <form id="mute"><input name="a"></form><form id="f" phx-change="c" phx-submit="s"><input name="a"><button disabled></button></form>`)
  let thrown: unknown
  try {
    act(wire)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(Stuck)
  expect(thrown).toMatchObject({ selector, why })
  expect(wire.sent).toEqual([])
})

test('replies to an event: empty, with a change, refused, late, elsewhere', () => {
  const wire = on('<p id="p"></p>')
  const { replies, done } = told()
  const ask = (): void => wire.view.event('click', 'e', {}, undefined, done)
  ask()
  wire.reply({})
  ask()
  wire.reply({ diff: { s: ['<p id="q"></p>'], t: 'Title', e: [['ev', 1]] } })
  ask()
  wire.reply({ reason: 'no' }, 'error')
  ask()
  wire.clock.pass(30_000_000)
  ask()
  wire.reply({ redirect: { to: '/r', flash: 'F', status: 302 } })
  expect(replies).toMatchObject([
    { kind: 'ok', hasDiff: false, events: [] },
    { kind: 'ok', hasDiff: true, events: [{ name: 'ev' }] },
    { kind: 'refused', reason: 'no', hasDiff: false },
    { kind: 'timed_out', hasDiff: false },
    { kind: 'redirect', to: '/r', flash: 'F' },
  ])
  expect(replies[0]?.reply).toBeUndefined()
  expect(wire.view.has('#q')).toBe(true)
  expect(wire.view.has('#p')).toBe(false)
  expect(wire.view.title).toBe('Title')
  expect(wire.diffs.map(({ source }) => source)).toEqual(['join', 'reply'])
})

test('what a user typed is sent again after a crash, and stays in the form', () => {
  const form = (more = ''): string =>
    `<form id="f"${more} phx-change="c" phx-submit="s"><input type="hidden" name="h" value="1"><input name="a"><input name="b"></form>`
  const wire = on(form())
  wire.view.change('#f', { b: 'typed' }, noop)
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: page(form()), liveview_version: '1.1.18' })
  expect(wire.last.payload).toEqual({
    type: 'form',
    event: 'c',
    value: 'h=1&_unused_a=&a=&b=typed',
    meta: { _target: 'a' },
    uploads: {},
  })
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: page(form(' phx-auto-recover="again"')), liveview_version: '1.1.18' })
  expect(wire.last.payload).toMatchObject({ event: 'again' })
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: page(form(' phx-auto-recover="ignore"')), liveview_version: '1.1.18' })
  expect(wire.last.event).toBe('phx_join')
  wire.view.submit('#f', {}, noop)
  expect(wire.last.payload).toMatchObject({ event: 's', value: 'h=1&a=&b=typed' })
})
