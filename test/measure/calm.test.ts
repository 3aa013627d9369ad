import { expect, test } from 'vitest'
import { stealNow } from '../../src/machine/steal.js'
import { awaitCalm } from '../../src/measure/calm.js'

/** A machine that shows these shares, one a look, and then the last of them for ever. */
const machine = (...shares: readonly (number | undefined)[]) => {
  let looks = 0
  const steal = () => Promise.resolve(shares[Math.min(looks++, shares.length - 1)])
  const wait = async (patient = () => true, signal = new AbortController().signal) => {
    let roused = 0
    await awaitCalm(() => (roused += 1), patient, signal, { steal, wait: 0 })
    expect(roused).toBe(1)
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
  const stop = new AbortController()
  stop.abort()
  await expect(machine(0.3)(() => true, stop.signal)).rejects.toThrow('abort')
})

test('a look at this machine is a share, or nothing', async () => {
  const share = await stealNow(50, new AbortController().signal)
  if (share !== undefined) expect(share).toBeGreaterThanOrEqual(0)
  expect(share ?? 0).toBeLessThanOrEqual(1)
})
