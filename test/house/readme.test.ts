import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { readConfig } from '../../src/config/read.js'
import { plan } from '../../src/jobs/plan.js'
import { scratch } from '../../src/loader/load.js'
import { findScenarios } from '../../src/scenario/find.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'vge-perf-readme-'))
// As a folder of scenarios is: modules.
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
const secret = process.env['WEBHOOK_SECRET']

/** The blocks of TypeScript, each in a file of its own, as somebody would who copies them. */
const files = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = ''], index) => {
  const path = join(folder, `block-${index + 1}.ts`)
  writeFileSync(path, text)
  return { path, text }
})
const scenarios = files.filter(({ text }) => text.includes('export default scenario('))
const configurations = files.filter(({ text }) => text.includes('satisfies ConfigFile'))

beforeAll(() => {
  process.env['WEBHOOK_SECRET'] = 'of a test'
})
afterAll(() => {
  if (secret === undefined) delete process.env['WEBHOOK_SECRET']
  else process.env['WEBHOOK_SECRET'] = secret
  rmSync(folder, { recursive: true })
  // A test worker ends without its exit handlers.
  rmSync(scratch(), { recursive: true, force: true })
})

test('every block of TypeScript is a whole scenario or configuration, and compiles as it is printed', () => {
  expect(scenarios).toHaveLength(2)
  expect(configurations).toHaveLength(2)
  expect(files).toHaveLength(4)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      rootDir: '/',
      typeRoots: [join(root, 'node_modules/@types')],
      paths: { 'vge-perf': [join(root, 'src/index.ts')] },
    },
    root,
  )
  const program = ts.createProgram(
    files.map(({ path }) => path),
    options,
  )
  const wrong = ts.getPreEmitDiagnostics(program).map((one) => {
    const at = one.file?.getLineAndCharacterOfPosition(one.start ?? 0).line ?? 0
    return `${one.file?.fileName}:${at + 1} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`
  })
  expect(wrong).toEqual([])
}, 60_000)

test('each configuration is read, and each scenario can be planned with each of them', async () => {
  const found = await findScenarios(scenarios.map(({ path }) => path))
  for (const { path } of configurations) {
    const planned = await plan(await readConfig(path), found, 'smoke')
    expect(planned.map(({ scenario }) => scenario)).toEqual(['look-at-seats', 'pick-and-hear'])
    expect(planned[1]?.audience).toBe(20)
  }
})

test('entities have the fields that the table says', async () => {
  const rows = [...readme.matchAll(/^\| ((?:`\w+`(?:, )?)+)[^|]*\| ((?:`\w+`[^`|]*)+)\|$/gm)]
  const names = (text = ''): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  const said = Object.fromEntries(
    rows.flatMap(([, kinds, fields]) => names(kinds).map((kind) => [kind, names(fields).toSorted()])),
  )
  const shape = Object.fromEntries(
    Object.keys(said)
      .filter((kind) => kind !== 'organizations')
      .map((kind) => [kind, 2]),
  )
  const dataset = await contract.data.prepare(shape, {
    sql: { query: async () => [], copy: async () => 0 },
    redis: undefined,
    key: () => '',
    figures: contract.figures,
    seed: 'a1',
  })
  const made = Object.fromEntries(
    Object.entries(dataset).map(([kind, [first]]) => [kind, Object.keys(first ?? {}).toSorted()]),
  )
  expect(made).toEqual(said)
})
