import { expect, test } from 'vitest'
import { coresOf, numbersOf, readMachine, runDelayOf, useBetween } from '../../src/machine/use.js'

const stat = (idle: number, steal: number) => `cpu  20 0 0 ${idle} 0 0 0 ${steal} 0 0
cpu0 10 5 3 ${idle} 40 1 1 ${steal} 7 0
cpu12 10 0 0 100 0 0 0 0 0 0
intr 1 2 3
`

test('/proc/stat: busy is neither idle, nor waiting for a disk, nor stolen, nor of who gives way, and guests are counted once', () => {
  expect([...coresOf(stat(50, 9))]).toEqual([
    [0, { busy: 15, steal: 9, total: 119 }],
    [12, { busy: 10, steal: 0, total: 110 }],
  ])
  // Who gives way itself waits for others that do.
  expect(coresOf(stat(50, 9), true).get(0)).toEqual({ busy: 20, steal: 9, total: 119 })
})

test('lists of cores, and the run delay', () => {
  expect(numbersOf('0-2,4,6-7')).toEqual([0, 1, 2, 4, 6, 7])
  expect(numbersOf('')).toEqual([])
  expect(runDelayOf('170099 4076000 2')).toBe(4_076)
  expect(runDelayOf('')).toBeUndefined()
})

test('what went on between two readings', () => {
  const before = { runDelay: 1_000, cores: coresOf(stat(50, 0)), allowed: [0] }
  const after = { runDelay: 251_000, cores: coresOf(stat(125, 25)), allowed: [0] }
  expect(useBetween(before, after, 1_000_000)).toEqual({ runDelay: 0.25, steal: 0.25, busy: 0, allowed: 1 })
  const nothing = { runDelay: undefined, cores: new Map(), allowed: [] }
  expect(useBetween(nothing, nothing, 1_000_000)).toEqual({
    runDelay: undefined,
    steal: undefined,
    busy: undefined,
    allowed: 0,
  })
})

test.runIf(process.platform === 'linux')('this kernel tells all of it', () => {
  const { runDelay, cores, allowed } = readMachine()
  expect(runDelay).toBeGreaterThanOrEqual(0)
  expect(allowed.length).toBeGreaterThan(0)
  expect(allowed.every((core) => (cores.get(core)?.total ?? 0) > 0)).toBe(true)
})
