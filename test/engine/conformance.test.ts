import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { createK6Engine } from '../../src/engine/k6/index.js'
import { createNativeEngine } from '../../src/engine/native/index.js'
import type { Engine } from '../../src/model/engine.js'
import { behaviours } from './behaviours.js'
import { conforms, stopsBeforeItBegan } from './conformance.js'
import { oneArm } from './harness.js'
import { liveBehaviours } from './live-behaviours.js'
import { alternating, stageOf } from './stage.js'

const standIn = fileURLToPath(new URL('k6/stand-in/k6.mjs', import.meta.url))
const real = process.env.K6_BIN

const engines: readonly (readonly [string, (() => Engine) | undefined])[] = [
  ['native', () => createNativeEngine()],
  ['k6, its stand-in', () => createK6Engine({ k6: standIn })],
  [
    real === undefined ? 'k6 (skipped: no k6 binary; name one with K6_BIN)' : 'k6',
    real === undefined ? undefined : () => createK6Engine({ k6: real }),
  ],
]

describe.each(engines)('%s', (_, make) => {
  const stage = stageOf((make ?? createNativeEngine)())
  const { engine, serve, plan, run } = stage
  beforeEach(({ skip }) => skip(make === undefined, 'no k6 binary'))

  test('conforms, with one worker and with three', async () => {
    expect.hasAssertions()
    const urls = { control: (await serve()).url, candidate: (await serve()).url }
    for (const workers of [1, 3])
      await conforms(engine, plan({ urls, table: alternating(40, 5_000), workers }))
  })

  test('stops before it began', async () => {
    expect.hasAssertions()
    const { url } = await serve()
    const urls = { control: url, candidate: url }
    await stopsBeforeItBegan(engine, plan({ urls, table: alternating(40, 5_000) }))
  })

  test('intended starts are those of the plan, number by number', async () => {
    const { url } = await serve()
    // As many as an engine keeps of its slowest: all of them.
    const table = {
      ...oneArm(10, 0),
      at: [0, 1, 999, 1_000, 33_333, 70_001, 70_001, 123_456, 250_000, 300_007],
    }
    const { kept } = await run({ urls: { control: url }, table })
    const starts = kept.exemplars.filter(({ metric }) => metric === 'whole')
    expect(starts.toSorted((a, b) => a.n - b.n).map(({ n, at }) => [n, at])).toEqual(
      table.at.map((at, n) => [n, at]),
    )
  })

  test.each([...behaviours, ...liveBehaviours])('$name', async ({ prove }) => {
    expect.hasAssertions()
    await prove(stage)
  })
})
