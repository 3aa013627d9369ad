import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRun } from '../../src/store/create-run.js'
import { readRun } from '../../src/store/read-run.js'
import { header, temporary, unitRecord } from '../store/fixture.js'
import { healthy } from './units.js'

test('what health says comes back from disk, and a run from before its newer figures can be read', async () => {
  const folder = join(temporary(), 'run')
  const run = await createRun(folder, header)
  const older = unitRecord(1, 4)
  await run.unit({ ...unitRecord(0, 0), health: healthy })
  await run.unit(older)
  await run.end({ endedAt: '2026-02-03T04:05:30.000Z', status: 'complete' })
  const { file } = await readRun(folder)
  expect(file.units.map(({ health }) => health)).toEqual([healthy, older.health])
  expect(older.health.runQueue).toBeUndefined()
})
