import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reasonWords } from '../../src/report/words.js'
import { reasonsOfSource } from './reasons.js'

const page = readFileSync(new URL('../../docs/verdict.md', import.meta.url), 'utf8')
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** Rows of the table below a heading: its cells, without the marks of code. */
const table = (heading: string): string[][] => {
  const [, below = ''] = page.split(`\n## ${heading}\n`)
  const [section = ''] = below.split('\n## ')
  return [...section.matchAll(/^\| `(.*) \|$/gm)].map(([, row = '']) => row.replaceAll('`', '').split(' | '))
}
const verdicts = table('Reasons of a verdict')
const mistakes = table('Reasons of a command that could not do its work')
const stops = [...page.matchAll(/^\| `(\w+)` \| .* \|$/gm)].map(([, word = '']) => word)
const said = reasonsOfSource()
const wordsOf = (of: (file: string) => boolean): string[] =>
  [...new Set(said.filter(({ file }) => of(file)).map(({ word }) => word))].toSorted()

test('the page has each reason of a verdict that the source can say, and no other', () => {
  const ended = ['target_lost', 'engine_failed']
  const listed = verdicts.map(([word = '']) => word)
  expect(listed.length).toBe(new Set(listed).size)
  expect(listed.toSorted()).toEqual(
    [
      ...new Set([
        ...wordsOf((file) => file.startsWith('compare/') && !file.endsWith('stopped.ts')),
        ...ended,
      ]),
    ].toSorted(),
  )
})

test('it says them in the words of the reports, and the reports have words for all of them', () => {
  for (const [word = '', , meaning] of verdicts) {
    expect(meaning, word).toBe(reasonWords(word))
    expect(reasonWords(word).length, word).toBeGreaterThan(word.length)
  }
})

test('the page has each reason of a mistake with its exit codes, and no other', () => {
  const codes = new Map<string, Set<number>>()
  for (const { word, exit } of said)
    if (exit !== undefined) codes.set(word, (codes.get(word) ?? new Set()).add(exit))
  // What is no mistake of a person, and so no `UserError`.
  codes.set('internal', new Set([4]))
  const listed = new Map(mistakes.map(([word = '', exit = '']) => [word, exit]))
  const expected = [...codes].map(
    ([word, exits]) => [word, [...exits].toSorted((a, b) => a - b).join(' or ')] as const,
  )
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected))
  expect(mistakes).toHaveLength(listed.size)
})

test('the page has each word for why no more units were taken', () => {
  for (const word of wordsOf((file) => file.endsWith('compare/stopped.ts'))) expect(stops).toContain(word)
  expect(wordsOf((file) => file.endsWith('compare/stopped.ts'))).toHaveLength(9)
})

test('the readme leads to it', () => {
  expect(readme).toContain('docs/verdict.md')
})
