import { afterEach, expect, test, vi } from 'vitest'
import { makeRunFolder } from '../../src/target/temp.js'

afterEach(() => vi.unstubAllEnvs())

test('the folder of a run that cannot be made is told with what to set', () => {
  vi.stubEnv('TMPDIR', '/nonexistent')
  expect(makeRunFolder).toThrow(
    expect.objectContaining({
      reason: 'no_temporary_folder',
      message: expect.stringContaining('/nonexistent'),
      hint: expect.stringContaining('TMPDIR'),
    }),
  )
})
