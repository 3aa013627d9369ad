import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { tenantTables } from '../../contract/tables.js'
import type { Operation } from '../../src/model/contract.js'

const root = new URL('../../src', import.meta.url).pathname
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const sources = files.map((file) => ({
  file,
  text: codeOf(readFileSync(join(root, file), 'utf8')),
}))

function codeOf(text: string): string {
  return text
    .replace(/^(?:import\b|export\b|\}).*\bfrom '.*'$/gm, '')
    .replace(/\bimport\('.*'\)/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}

/** Texts between quotes, templates included. */
const literals = (text: string): string[] =>
  [...text.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )

const templatesOf = (operation: Operation): readonly string[] => {
  switch (operation.kind) {
    case 'http':
      return [operation.path]
    case 'view':
      return [operation.path, operation.socket, operation.landmark ?? '']
    case 'channel':
      return [operation.topic, operation.socket]
    case 'redis':
      return []
  }
}

const templates = [
  ...Object.values(contract.operations).flatMap(templatesOf),
  ...Object.values(contract.keys),
]
/** Pieces of paths and keys that mean something: two segments in a row, between their `{parts}`. */
const pieces = new Set(
  templates
    .flatMap((template) => template.split(/\{\w+\}|\*/))
    .map((piece) => piece.replace(/^[:/]+|[:/]+$/g, ''))
    .filter((piece) => piece.length > 3),
)
/** Words of the trade that no general English sentence of the tool needs. */
const names = new Set([
  ...tenantTables.filter((table) => table.includes('_')),
  ...Object.keys(contract.figures),
  'stripe-signature',
])
/** Figures that could not be in the source by chance. */
const figures = [...new Set(Object.values(contract.figures))].filter(
  (figure) => figure !== 300 && String(figure).replace(/0+$|\./g, '').length > 1,
)

test('the search has something to search for', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect([...pieces]).toEqual(
    expect.arrayContaining([
      'health',
      'api/events',
      'reserve',
      'webhooks/payments/stripe',
      'voelgoed:org',
      'seats:bitmap',
      'socket',
      'seating',
      'dashboard',
    ]),
  )
  expect(names).toContain('seat_holds')
  expect(figures).toEqual(expect.arrayContaining([0.025, 0.015]))
})

/** A short piece counts as a whole segment of a path or key only: "release" is also an English word. */
const pattern = (piece: string): RegExp =>
  /[/:]/.test(piece) ? new RegExp(piece) : new RegExp(`[/:]${piece}(?![\\w-])`)
const wholeWord = (name: string): RegExp => new RegExp(`\\b${name}\\b`)
const wholeNumber = (figure: number): RegExp =>
  new RegExp(`(?<![\\w.])${String(figure).replace('.', '\\.')}(?![\\w.])`)

test('no path, key, table or figure of the contract stands in src/', () => {
  const found = sources.flatMap(({ file, text }) => {
    const texts = literals(text)
    const inTexts = [...pieces].filter((piece) => texts.some((one) => pattern(piece).test(one)))
    const inCode = [...names].filter((name) => wholeWord(name).test(text))
    const inNumbers = figures.filter((figure) => wholeNumber(figure).test(text))
    return [...inTexts, ...inCode, ...inNumbers].map((one) => `${file}: ${one}`)
  })
  expect(found).toEqual([])
})
