import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { histogramOf } from '../../src/histogram/histogram.js'
import { createGroup, readGroup } from '../../src/store/group.js'
import { header, interval, temporary, unitRecord } from './fixture.js'

const about = { scenario: 'seat-selection', profile: 'smoke', arms: ['control', 'candidate'] } as const
const headers = { control: { ...header, arm: 'control' }, candidate: header } as const

test('two arms lie side by side, and the group lists their units once', async () => {
  const folder = join(temporary(), 'seat-selection')
  const writer = await createGroup(folder, about, headers)
  writer.arm('control')?.interval(0, 0, interval('reserve', 'won', 0, [100], 'control'))
  writer.arm('candidate')?.interval(0, 0, interval('reserve', 'won', 0, [140]))
  await writer.unit({ control: unitRecord(0, 0), candidate: unitRecord(0, 0) })
  await writer.unit({ control: unitRecord(1, 4), candidate: unitRecord(1, 4) })
  await writer.end({ endedAt: '2026-02-03T04:05:30.000Z', status: 'complete' })
  writer.endSync({ endedAt: '2026-02-03T04:06:30.000Z', status: 'engine_failed' })
  const read = await readGroup(folder)
  const { order } = unitRecord(0, 0)
  expect(read.group).toEqual({
    formatVersion: 1,
    ...about,
    units: [
      { index: 0, group: 0, offset: 0, startedAt: unitRecord(0, 0).startedAt, order, phase: 'measure' },
      { index: 1, group: 0, offset: 4, startedAt: unitRecord(1, 4).startedAt, order, phase: 'measure' },
    ],
  })
  expect(read.control?.latency({ metric: 'reserve' })).toEqual(histogramOf([100]))
  expect(read.candidate?.latency({ metric: 'reserve' })).toEqual(histogramOf([140]))
  expect([read.control?.file.end?.status, read.candidate?.file.end?.status]).toEqual(['complete', 'complete'])
  expect([read.control?.file.units.length, read.candidate?.file.units.length]).toEqual([2, 2])
  expect([read.control?.file.arm, read.candidate?.file.arm]).toEqual(['control', 'candidate'])
})

test('a group of one arm has one run; an arm whose run is gone is named', async () => {
  const folder = temporary()
  await createGroup(folder, { ...about, arms: ['candidate'] }, headers)
  const read = await readGroup(folder)
  expect(read.control).toBeUndefined()
  expect(read.candidate?.file.scenario).toBe('seat-selection')
  rmSync(join(folder, 'candidate'), { recursive: true })
  await expect(readGroup(folder)).rejects.toThrow(/candidate.run\.json cannot be read as part of a run/)
})
