import { expect, test } from 'vitest'
import { stealNow } from '../../src/machine/steal.js'
import { awaitCalm, type Theft } from '../../src/measure/calm.js'

/** Cores that nobody keeps awake as yet. */
const sleepy = () => {
  const cores = {
    awake: false,
    rouse: () => void (cores.awake = true),
    rest: () => void (cores.awake = false),
  }
  return cores
}

/** A machine that shows these shares, one a look, and then the last of them for ever. */
const machine = (...shares: readonly (number | undefined)[]) => {
  let looks = 0
  const steal = () => Promise.resolve(shares[Math.min(looks++, shares.length - 1)])
  const wait = async (patient = () => true, signal = new AbortController().signal) => {
    await awaitCalm(sleepy(), 'some', patient, signal, { steal, wait: 0 })
    return looks
  }
  return wait
}

test('it is waited for two calm looks in a row', async () => {
  expect(await machine(0)()).toBe(2)
  expect(await machine(0.3, 0.01, 0.2, 0.02, 0)()).toBe(5)
  // Where the kernel does not tell, nobody waits for it to.
  expect(await machine(undefined)()).toBe(2)
})

test('nobody waits beyond the time that there is, nor when told to stop', async () => {
  let left = 3
  expect(await machine(0.3)(() => left-- > 0)).toBe(3)
  const restless = () => Promise.resolve(0.3)
  const begun = performance.now()
  const options = { steal: restless, wait: 1, most: 30 }
  await awaitCalm(sleepy(), 'some', () => true, new AbortController().signal, options)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(30)
  const stop = new AbortController()
  stop.abort()
  await expect(machine(0.3)(() => true, stop.signal)).rejects.toThrow('abort')
})

test('cores are awake while they are looked at, and stay so where much was taken, or where they were before', async () => {
  const after = async (taken: Theft, cores = sleepy()) => {
    const steal = () => Promise.resolve(cores.awake ? 0 : 1)
    await awaitCalm(cores, taken, () => true, new AbortController().signal, { steal, wait: 0 })
    return cores.awake
  }
  expect([await after('some'), await after('much')]).toEqual([false, true])
  const before = sleepy()
  before.rouse()
  expect(await after('some', before)).toBe(true)
})

test('a look at this machine is a share, or nothing', async () => {
  const share = await stealNow(50, new AbortController().signal)
  if (share !== undefined) expect(share).toBeGreaterThanOrEqual(0)
  expect(share ?? 0).toBeLessThanOrEqual(1)
})
