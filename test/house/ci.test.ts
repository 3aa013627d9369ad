import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compiled } from '../../src/model/package.js'
import { openMetricsFamilies } from '../../src/report/openmetrics-families.js'
import { reporters } from '../../src/report/index.js'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const [guide, readme] = [read('docs/ci.md'), read('README.md')]

test('the commands of the pipelines exist, with their flags', () => {
  const commands = [...guide.matchAll(/vge-perf ([a-z]+)((?: --[a-z-]+(?: [^\s'"`]+)?)+)/g)]
  expect(commands.length).toBeGreaterThanOrEqual(4)
  for (const [, command = '', flags = ''] of commands) {
    const { stdout } = spawnSync(process.execPath, [compiled('src/cli/main.js'), command, '--help'], {
      encoding: 'utf8',
    })
    for (const [flag] of flags.matchAll(/--[a-z-]+/g)) expect(stdout).toMatch(new RegExp(`${flag}\\b`))
  }
})

test('README and guide name every file that a report writes, and no other', () => {
  const files = Object.values(reporters).map(({ file }) => file)
  const named = (text: string): readonly string[] => [
    ...new Set([...text.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, file = '']) => file)),
  ]
  expect(named(guide).toSorted()).toEqual(files.toSorted())
  expect(named(readme).filter((name) => files.includes(name))).toHaveLength(files.length)
  const used = [...guide.matchAll(/reports\/gate\/([\w.]+)/g)].map(([, file = '']) => file)
  expect(used.length).toBeGreaterThan(3)
  expect(used.filter((file) => !files.includes(file))).toEqual([])
})

test('every family that the guide names is written', () => {
  const names = [...guide.matchAll(/`(vge_perf_\w+)`/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(8)
  expect(names.filter((name) => !(name in openMetricsFamilies))).toEqual([])
})
