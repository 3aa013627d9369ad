import { expect, test } from 'vitest'
import { runBriefly } from '../../src/target/run.js'

test('a program that does not hear SIGTERM is ended all the same', () => {
  const begun = Date.now()
  const { status, error } = runBriefly(
    'sh',
    ['-c', 'trap "" TERM; for i in 1 2 3 4 5; do sleep 1; done'],
    300,
  )
  expect(Date.now() - begun).toBeLessThan(3_000)
  expect(status).toBeNull()
  expect(error?.message).toContain('ETIMEDOUT')
})

test('what a program answers at once is had, and how it ended', () => {
  expect(runBriefly('sh', ['-c', 'echo 7; exit 3'], 5_000)).toMatchObject({ stdout: '7\n', status: 3 })
})
