import { expect, test } from 'vitest'
import { repeatCommand } from '../../src/cli/repeat.js'

test('a command can be repeated: its seed is kept, stores and the folder that it filled are not', () => {
  const args = ['run', '--report', 'out', '--postgres=postgres://u:p@h/d', '--seed', 'b2', '--plant', "it's"]
  expect(repeatCommand('a1', args)).toBe(String.raw`vge-perf run --plant 'it'\''s' --seed a1`)
})
