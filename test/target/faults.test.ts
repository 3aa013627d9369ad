import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { plantedFaults } from '../../src/target/faults.js'

const control = async (faults: readonly object[]): Promise<string> => {
  const server = createServer((_, response) => response.end(JSON.stringify({ faults })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

test('what is planted on any node is told once, with its value', async () => {
  const delay = { name: 'delay', planted: true, value: 'reserve:+30%' }
  const nodes = [
    await control([delay, { name: 'error', planted: false }]),
    await control([delay, { name: 'live-leak', planted: true }]),
  ]
  expect(await plantedFaults(nodes)).toEqual(['delay=reserve:+30%', 'live-leak'])
})
