import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { expect, test } from 'vitest'
import { door, floors } from './floors.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const imports = async (
  folder: string,
  least = 10,
): Promise<readonly (readonly [from: string, to: string])[]> => {
  const { output } = await cruise([folder], {
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  })
  const { modules } = output as ICruiseResult
  // A compiler that it cannot read gives "no violations" over no modules.
  expect(modules.length).toBeGreaterThanOrEqual(least)
  return modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [source, resolved] as const),
  )
}

const roomOf = (path: string): string | undefined => /^src\/([^/]+)/.exec(path)?.[1]

const wrongIn = (edges: readonly (readonly [string, string])[]): string[] =>
  edges.flatMap(([from, to]) => {
    const here = roomOf(from)
    const there = roomOf(to)
    if (here === undefined || there === undefined || here === there || here === door) return []
    const above = floors[here] ?? -1
    const below = floors[there] ?? 99
    return above > below ? [] : [`${from} imports ${to}`]
  })

test('imports of src/ go down only, and rooms of one floor are strangers', async () => {
  expect(wrongIn(await imports('src'))).toEqual([])
})

test('every room of src/ has a floor', async () => {
  const rooms = new Set((await imports('src')).map(([from]) => roomOf(from)))
  expect([...rooms].filter((room) => room !== undefined && room !== door && !(room in floors))).toEqual([])
})

test('the platform shares nothing with src/', async () => {
  const edges = await imports('platform')
  expect(edges.filter(([, to]) => /^(src|contract|scenarios)\//.test(to))).toEqual([])
})

test('scenarios import nothing but vge-perf', async () => {
  const edges = await imports('scenarios', 8)
  expect(
    edges.filter(
      ([from, to]) => from.startsWith('scenarios/') && !/vge-perf|^dist\/src\/index|^src\/index/.test(to),
    ),
  ).toEqual([])
})

test('the rule would see a wrong import', () => {
  expect(
    wrongIn([
      ['src/model/a.ts', 'src/jobs/b.ts'],
      ['src/store/a.ts', 'src/compare/b.ts'],
      ['src/jobs/a.ts', 'src/stats/b.ts'],
    ]),
  ).toEqual(['src/model/a.ts imports src/jobs/b.ts', 'src/store/a.ts imports src/compare/b.ts'])
})
