import { spawn } from 'node:child_process'
import { getPriority } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { coreList, coresIn, coresOf } from '../../src/machine/cores.js'
import { assertCores, assertNice, onCores } from '../../src/machine/pin.js'
import { allowedCores, placementOf } from '../../src/machine/placement.js'

test('a list of cores is read and written as the kernel does', () => {
  expect(coresIn('0,2-4,3')).toEqual([0, 2, 3, 4])
  expect(coreList([4, 0, 3, 2])).toBe('0,2-4')
  expect(coresOf('1, 0', '--cores')).toBe('0-1')
  for (const wrong of ['', 'all', '3-1', '1,', '-1', '0x1']) {
    expect(coresIn(wrong)).toBeUndefined()
    expect(() => coresOf(wrong, '--cores')).toThrow(`--cores: "${wrong}" is no list of cores.`)
  }
})

test('cores and niceness that cannot be had are said before anything is started', () => {
  expect(() => assertCores(undefined, '--cores')).not.toThrow()
  expect(() => assertNice(undefined)).not.toThrow()
  expect(() => assertNice(Math.min(19, getPriority() + 1))).not.toThrow()
  expect(() => assertCores('4000', 'generator.cores')).toThrow(/^generator\.cores 4000 cannot be kept: /)
})

test.skipIf(process.platform !== 'linux')(
  'a process is held to its cores, and tells where it is (Linux)',
  async () => {
    const own = coresIn(allowedCores('self') ?? '') ?? []
    const core = String(own.at(-1))
    expect(() => assertCores(core, '--cores')).not.toThrow()
    const [file, ...args] = [
      ...onCores(core),
      process.execPath,
      '-e',
      'console.log(1); setInterval(() => {}, 1000)',
    ]
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill())
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(placementOf('one', child.pid)).toEqual({ what: 'one', allowed: core, seen: Number(core) })
    expect(placementOf('none', undefined)).toBeUndefined()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await gone
    expect(placementOf('gone', child.pid)).toBeUndefined()
  },
)
