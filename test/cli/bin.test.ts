import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/model/package.js'
import { temporary } from '../store/fixture.js'

const run = (root: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'bin', 'vge-perf.mjs'), ...args], { encoding: 'utf8' })

test('the command of a checkout in which nothing is installed says what to type, and does not exit as a regression does', () => {
  const bare = temporary()
  cpSync(join(packageRoot(), 'bin'), join(bare, 'bin'), { recursive: true })
  const { status, stdout, stderr } = run(bare, 'gate')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/is not installed, or not built\.\n {2}Run `npm ci` there/)
  // Built, and its packages gone.
  mkdirSync(join(bare, 'dist', 'src', 'cli'), { recursive: true })
  writeFileSync(join(bare, 'package.json'), '{"type":"module"}')
  writeFileSync(join(bare, 'dist', 'src', 'cli', 'main.js'), `import 'no-such-package'`)
  expect(run(bare, 'gate').status).toBe(2)
  writeFileSync(join(bare, 'dist', 'src', 'cli', 'main.js'), `throw new Error('broken')`)
  expect(run(bare, 'gate').status).toBe(4)
  expect(run(packageRoot(), '--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
