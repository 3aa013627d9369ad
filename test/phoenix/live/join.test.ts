import { expect, test } from 'vitest'
import { told, url, Wire } from './wire.js'

const tree = { '0': 'one', s: ['<p id="p">', '</p>'] }

test('a join sends what the page said, and replies with the tree', () => {
  const wire = new Wire({ referer: 'http://shop.test/' })
  expect(wire.joined(tree, '1.1.18')).toMatchObject({ kind: 'ok', at: 1000, hasDiff: true, reason: '' })
  expect(wire.sent).toEqual([
    {
      joinRef: wire.last.ref,
      ref: wire.last.ref,
      topic: 'lv:phx-1',
      event: 'phx_join',
      payload: {
        url,
        params: {
          _csrf_token: 'CSRF',
          _track_static: ['http://shop.test/app.js'],
          _mounts: 0,
          _mount_attempts: 0,
          _live_referer: 'http://shop.test/',
        },
        session: 'SESSION',
        static: 'STATIC',
        sticky: false,
      },
    },
  ])
  expect(wire.view.version).toBe('1.1.18')
  expect(wire.view.html()).toBe('<p id="p">one</p>')
  expect(wire.diffs).toMatchObject([{ source: 'join', at: 1000 }])
  expect(wire.diffs[0]?.text).toContain('"rendered":')
})

test('a rejoin after a crash counts its mounts, and its tree replaces the old one', () => {
  const wire = new Wire()
  wire.joined(tree)
  const old = wire.last
  wire.push('diff', { '0': 'two' })
  const { replies, done } = told()
  wire.view.event('click', 'pick', {}, undefined, done)
  wire.crash()
  expect(replies).toMatchObject([{ kind: 'crashed', reason: 'phx_error' }])
  expect(wire.gone).toMatchObject([{ kind: 'crashed' }])
  expect(wire.view.html()).toBe('<p id="p">two</p>')
  wire.clock.pass(1_000_000)
  expect(wire.last).toMatchObject({
    event: 'phx_join',
    payload: { url, params: { _mounts: 1, _mount_attempts: 0 } },
  })
  wire.reply({ rendered: { '0': 'new', s: ['<b>', '</b>'] } })
  wire.frame(old.ref, null, 'lv:phx-1', 'diff', { '0': 'stale' })
  expect(wire.view.html()).toBe('<b>new</b>')
  wire.push('diff', { '0': 'newer' })
  expect(wire.view.html()).toBe('<b>newer</b>')
  expect(wire.diffs.map(({ source }) => source)).toEqual(['join', 'push', 'join', 'push'])
})

test('tries of a rejoin are counted until one succeeds', () => {
  const wire = new Wire()
  wire.joined(tree)
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ reason: 'join crashed' }, 'error')
  expect(wire.gone.at(-1)).toMatchObject({ kind: 'refused', reason: 'join crashed' })
  wire.clock.pass(10_000_000)
  expect(wire.last.payload.params).toMatchObject({ _mounts: 1, _mount_attempts: 1 })
  wire.reply({ rendered: tree })
  wire.crash()
  wire.clock.pass(1_000_000)
  expect(wire.last.payload.params).toMatchObject({ _mounts: 2, _mount_attempts: 0 })
})

test.for([
  [{ reason: 'stale' }, { kind: 'stale', reason: 'stale' }],
  [{ reason: 'unauthorized' }, { kind: 'unauthorized' }],
  [
    { reason: 'reload', status: 500, token: 'T' },
    { kind: 'reload', reason: 'reload 500', token: 'T' },
  ],
  [{ redirect: { to: '/log-in', flash: 'F' } }, { kind: 'redirect', to: '/log-in', flash: 'F' }],
  [{ live_redirect: { to: '/x', kind: 'push' } }, { kind: 'live_redirect', to: '/x', flash: undefined }],
  [
    { reason: 'unmatched topic', events: [['sorry', {}]] },
    { kind: 'refused', reason: 'unmatched topic', events: [{ name: 'sorry' }] },
  ],
] as const)('a join refused with %j is named', ([response, wanted]) => {
  const wire = new Wire()
  const { replies, done } = told()
  wire.view.join(done)
  wire.reply(response, 'error')
  expect(replies).toMatchObject([{ ...wanted, hasDiff: false }])
  // Where a browser would load a page, nothing joins again by itself.
  wire.clock.pass(20_000_000)
  const again = wire.sent.filter(({ event }) => event === 'phx_join').length
  expect(again > 1).toBe(wanted.kind === 'refused')
})

test('a join that is never answered, one without a tree, one that is no reply', () => {
  const wire = new Wire({ rejoins: false })
  const { replies, done } = told()
  wire.view.join(done)
  wire.clock.pass(10_000_000)
  expect(replies).toMatchObject([{ kind: 'timed_out', hasDiff: false }])
  expect(wire.last.event).toBe('phx_leave')
  wire.view.join(done)
  wire.reply({ liveview_version: '1.0.0' })
  wire.view.join(done)
  wire.frame(wire.last.ref, wire.last.ref, 'lv:phx-1', 'phx_reply', { status: 'ok' })
  wire.view.join(done)
  wire.reply({ rendered: 'text' })
  expect(replies.slice(1)).toMatchObject([
    { kind: 'malformed', reason: 'join without rendered' },
    { kind: 'malformed' },
    { kind: 'ok' },
  ])
  expect(wire.view.html()).toBe('')
  expect(wire.odd).toEqual(['broken_diff: A join has no rendered tree.'])
})

test('without a connection a join is closed at once', () => {
  const wire = new Wire()
  const { replies, done } = told()
  wire.socket.closed(1006, '')
  wire.view.join(done)
  expect(replies).toMatchObject([{ kind: 'closed', reason: 'not_open' }])
})

test('a lost connection ends what is pending, and the view joins again when there is a new one', () => {
  const wire = new Wire()
  wire.joined(tree)
  const { replies, done } = told()
  wire.view.event('click', 'pick', {}, undefined, done)
  wire.socket.closed(1012, '')
  expect(replies).toMatchObject([{ kind: 'closed', reason: '1012' }])
  wire.open()
  expect(wire.last).toMatchObject({ event: 'phx_join', payload: { params: { _mounts: 1 } } })
  wire.reply({ rendered: { '0': 'back', s: ['', ''] } })
  expect(wire.view.html()).toBe('back')
  expect(wire.gone).toEqual([])
})

test('a view that is closed or sent away by the server says so once', () => {
  for (const [event, payload, wanted] of [
    ['phx_close', {}, { kind: 'closed', reason: 'phx_close' }],
    ['redirect', { to: '/x', flash: 'F' }, { kind: 'redirect', to: '/x', flash: 'F' }],
    ['live_redirect', { to: '/y', kind: 'push' }, { kind: 'live_redirect', to: '/y' }],
  ] as const) {
    const wire = new Wire()
    wire.joined(tree)
    wire.push(event, payload)
    wire.push('phx_close', {})
    expect(wire.gone).toHaveLength(1)
    expect(wire.gone).toMatchObject([wanted])
  }
})

test('patches of the server change the address, also that of the next join', () => {
  const wire = new Wire()
  wire.view.join(() => {})
  wire.reply({ rendered: tree, live_patch: { to: '/t/acme/events/gala?y=1', kind: 'push' } })
  expect(wire.view.url).toBe('http://shop.test/t/acme/events/gala?y=1')
  wire.push('live_patch', { to: '/z', kind: 'replace' })
  wire.push('live_patch', 'no object')
  expect(wire.view.url).toBe('http://shop.test/z')
  expect(wire.gone).toEqual([])
  wire.crash()
  wire.clock.pass(1_000_000)
  expect(wire.last.payload.url).toBe('http://shop.test/z')
})

test('an event that no LiveView pushes is told', () => {
  const wire = new Wire()
  wire.joined(tree)
  wire.push('surprise', {})
  expect(wire.odd).toEqual(['unknown_event: surprise on lv:phx-1'])
})

test.for<[string, unknown]>([
  ['an unknown component', { '0': 7 }],
  ['a diff for an unknown component', { c: { '7': { '0': 'x' } } }],
  ['null', { '0': null }],
])('%s is told once, and the page is not read from then on until it joins again', ([, diff]) => {
  const wire = new Wire()
  wire.joined(tree)
  wire.push('diff', JSON.parse(JSON.stringify(diff)))
  wire.push('diff', { '0': 'next' })
  expect(wire.odd).toEqual([])
  expect(wire.view.find('#p')).toBeUndefined()
  expect(wire.view.html()).toBe('')
  expect(wire.odd).toHaveLength(1)
  expect(wire.odd[0]).toMatch(/^broken_diff: /)
  expect(() => wire.view.click('#p', () => {})).toThrow(
    '#p cannot be looked for: a diff could not be merged.',
  )
  wire.crash()
  wire.clock.pass(1_000_000)
  wire.reply({ rendered: tree })
  expect(wire.view.html()).toBe('<p id="p">one</p>')
})

test('payloads that are no JSON break the tree, never the socket', () => {
  const wire = new Wire()
  wire.joined(tree)
  const { ref } = wire.last
  for (const payload of ['{"0":}', '{"0":"\\x"}', '{', 'null', '[]', '{"redirect":'])
    for (const event of ['diff', 'live_patch', 'redirect'])
      wire.socket.received(`["${ref}",null,"lv:phx-1","${event}",${payload}]`, false, 5)
  expect(wire.view.html()).toBe('')
})

test('a view that keeps nothing reads no tree, but all that the protocol needs', () => {
  const wire = new Wire({ keep: 'nothing' })
  expect(wire.joined(tree, '1.0.19')).toMatchObject({ kind: 'ok', hasDiff: true })
  expect(wire.view.version).toBe('1.0.19')
  wire.push('diff', { '0': 7 })
  const { replies, done } = told()
  wire.view.event('hook', 'ask', { n: 1 }, 3, done)
  expect(wire.last.payload).toEqual({ type: 'hook', event: 'ask', value: { n: 1 }, cid: 3 })
  wire.reply({ diff: { r: { ok: [1] }, e: [['done', 2]] } })
  expect(replies).toMatchObject([
    { kind: 'ok', hasDiff: true, reply: { ok: [1] }, events: [{ name: 'done', payload: 2 }] },
  ])
  expect(wire.diffs.map(({ source }) => source)).toEqual(['join', 'push', 'reply'])
  for (const ask of [
    () => wire.view.html(),
    () => wire.view.find('#p'),
    () => wire.view.click('#p', done),
    () => wire.view.watch(['#p'], () => {}),
  ])
    expect(ask).toThrow('cannot be looked for: the view keeps nothing of its page.')
  expect(wire.view.title).toBeUndefined()
  expect(wire.odd).toEqual([])
})

test('a tree nested beyond all measure is broken, never an exception', () => {
  const deep = (levels: number, inner: string): string =>
    '{"0":'.repeat(levels) + inner + ',"s":["",""]}'.repeat(levels)
  for (const [levels, inner] of [
    [400, '"x"'],
    [3000, '"x"'],
    [200_000, '"<p data-phx-parent-id>"'],
  ] as const) {
    const wire = new Wire()
    wire.joined({ '0': '', s: ['', ''] })
    wire.view.watch(['#flash', '.error', 'p p'], () => {})
    const payload = `{"0":${deep(levels, inner)}}`
    wire.socket.received(`["${wire.last.ref}",null,"lv:phx-1","diff",${payload}]`, false, 5)
    wire.view.find('#other')
    wire.view.html()
    expect(wire.odd.length).toBe(levels > 400 ? 1 : 0)
  }
})

test('a component that contains itself is broken, never an exception', () => {
  const wire = new Wire()
  wire.joined({ '0': '', s: ['', ''] })
  wire.view.watch(['#flash', '.error'], () => {})
  wire.push('diff', { '0': 1, c: { '1': { '0': 1, s: ['<b>', '</b>'] } } })
  expect(wire.odd).toHaveLength(1)
  expect(wire.view.find('#x')).toBeUndefined()
})
