import { expect, test } from 'vitest'
import { repeatCommand } from '../../src/cli/repeat.js'

test('a command can be repeated: its seed is kept, the folder that it filled is not, and of stores only that they were given', () => {
  const stores = ['--postgres=postgres://u:p@h/d', '--redis', 'redis://:p@h']
  const args = ['run', '--report', 'out', ...stores, '--seed', 'b2', '--plant', "it's"]
  expect(repeatCommand('a1', args)).toBe(
    String.raw`vge-perf run --postgres … --redis … --plant 'it'\''s' --seed a1`,
  )
})
