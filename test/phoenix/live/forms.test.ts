import fc from 'fast-check'
import { expect, test } from 'vitest'
import { controlsOf } from '../../../src/phoenix/live/controls.js'
import { FilledForm, obstacle } from '../../../src/phoenix/live/filled-form.js'
import { encodeForm, unusedName } from '../../../src/phoenix/live/form-encoding.js'
import { dialectOf } from '../../../src/phoenix/live/version.js'

test('text is encoded as a browser does', () => {
  const special = fc.constantFrom('\uD800', '\uDC00', '😀', 'é', ' ', '+', '&', '=', '%', "'", '~', '*', '\n')
  const strings = fc.array(fc.oneof(special, fc.string()), { maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(fc.tuple(strings, strings)), (pairs) => {
      expect(encodeForm(pairs)).toBe(new URLSearchParams(pairs).toString())
    }),
  )
})

test.for([
  ['q', '_unused_q'],
  ['user[name]', 'user[_unused_name]'],
  ['user[tags][]', 'user[_unused_tags][]'],
  ['a[b][c]', 'a[b][_unused_c]'],
  ['list[]', '_unused_list[]'],
] as const)('the unused name of %s is %s', ([name, unused]) => {
  expect(unusedName(name)).toBe(unused)
})

test.for([
  [undefined, false, false],
  ['0.20.17', false, false],
  ['1.0.0', true, false],
  ['1.0.5', true, false],
  ['1.0.6', true, true],
  ['1.0.0-rc.7', true, false],
  ['1.1.18', true, true],
  ['1.2.10', true, true],
  ['2.0.0-dev', true, true],
] as const)('version %s: _unused_ %s, meta %s', ([version, unused, meta]) => {
  expect(dialectOf(version)).toEqual({ unused, meta })
})

const html = `<form id="f" phx-change="c">
  <input type="hidden" name="_csrf" value="t&amp;k"><input name="user[name]" value="Ann">
  <input type="hidden" name="news" value="false"><input type="checkbox" name="news" value="true" checked>
  <input type="radio" name="size" value="s"><input type="RADIO" name="size" value="m" checked>
  <input type="checkbox" name="plain">
  <select name="gate"><option disabled value="">?</option><option>North <!-- a --></option><option value="e" selected>East</option></select>
  <select multiple name="days[]"><option value="1" selected><option value="2"><option value="3" selected></select>
  <select name="none"></select>
  <textarea name="note">
a &lt;b></textarea>
  <fieldset disabled><input name="locked" value="x"></fieldset><input name="off" value="y" disabled>
  <input value="nameless"><input type="file" name="file"><input type="button" name="b" value="b">
  <button name="do" value="save">Save</button><button type="button" name="other" value="o">Other</button>
</form>`

const controls = controlsOf(html)
const sending = { only: [], submitter: undefined, dialect: dialectOf('0.20.0'), extra: [], noUnused: false }
const fieldsOf = (text: string): string[][] => [...new URLSearchParams(text)]
const submitter = controls.find(({ type }) => type === 'submit')

test('a form is sent as it stands on the page', () => {
  expect(
    fieldsOf(new FilledForm().text(controls, { ...sending, submitter, extra: [['_target', 'x']] })),
  ).toEqual([
    ['_csrf', 't&k'],
    ['user[name]', 'Ann'],
    ['news', 'false'],
    ['news', 'true'],
    ['size', 'm'],
    ['gate', 'e'],
    ['days[]', '1'],
    ['days[]', '3'],
    ['note', 'a <b>'],
    ['do', 'save'],
    ['_target', 'x'],
  ])
})

test('what a user fills in takes its place', () => {
  const filled = new FilledForm()
  const values = {
    'user[name]': 'Bob',
    news: 'false',
    size: 's',
    plain: 'on',
    gate: 'North',
    note: '',
    'days[]': '2',
  }
  for (const [name, value] of Object.entries(values)) {
    expect(obstacle(controls, name, value)).toBeUndefined()
    filled.fill(controls, name, value)
  }
  expect(fieldsOf(filled.text(controls, sending))).toEqual([
    ['_csrf', 't&k'],
    ['user[name]', 'Bob'],
    ['news', 'false'],
    ['size', 's'],
    ['plain', 'on'],
    ['gate', 'North'],
    ['days[]', '2'],
    ['note', ''],
  ])
})

test.for([
  ['nothing', '', 'absent'],
  ['gate', 'West', 'absent'],
  ['do', 'x', 'absent'],
  ['locked', 'x', 'disabled'],
  ['off', 'x', 'disabled'],
  ['note', 'x', undefined],
] as const)('%s cannot be %s: %s', ([name, value, why]) => {
  expect(obstacle(controls, name, value)).toBe(why)
})

const two = (name = 'Ann', extra = ''): ReturnType<typeof controlsOf> =>
  controlsOf(
    `<input name="name" value="${name}"><input name="mail" value=""${extra}><input type="hidden" name="h" value="1">`,
  )

test('from 1.0 on fields that were not touched are said to be unused, hidden ones never', () => {
  const filled = new FilledForm()
  const all = { ...sending, dialect: dialectOf('1.0.0') }
  filled.fill(two(), 'name', 'Bob')
  expect(filled.text(two(), all)).toBe('name=Bob&_unused_mail=&mail=&h=1')
  expect(filled.text(two(), { ...all, only: ['mail'] })).toBe('_unused_mail=&mail=')
  expect(filled.text(two(), sending)).toBe('name=Bob&mail=&h=1')
  expect(filled.text(two(), { ...all, noUnused: true })).toBe('name=Bob&mail=&h=1')
  expect(filled.text(two('Ann', ' phx-no-unused-field'), all)).toBe('name=Bob&mail=&h=1')
  filled.submit()
  expect(filled.text(two(), all)).toBe('name=Bob&mail=&h=1')
})

test('what was typed stays until the server renders something else', () => {
  const filled = new FilledForm()
  filled.fill(two(), 'name', 'Bob')
  expect(filled.text(two('Ann'), sending)).toContain('name=Bob')
  expect(filled.text(two('Carl'), sending)).toContain('name=Carl')
  filled.keep(two('Carl'))
  expect(filled.text(two('Carl'), sending)).toContain('name=Bob')
})

test('of a page without forms there are no controls, and pieces of one do no harm', () => {
  expect(controlsOf('<p>none</p>')).toEqual([])
  for (let end = 0; end <= html.length; end += 1) expect(controlsOf(html.slice(0, end))).toBeDefined()
})
