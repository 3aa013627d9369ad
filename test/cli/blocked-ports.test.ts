import { expect, test } from 'vitest'
import { blockedPorts } from '../../src/cli/blocked-ports.js'

test('fetch refuses each of them before it connects', async () => {
  expect(blockedPorts.size).toBeGreaterThan(80)
  for (const port of blockedPorts)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { message: 'bad port' } })
})
