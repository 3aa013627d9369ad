import { afterAll, expect, test } from 'vitest'
import { createK6Engine } from '../../../src/engine/k6/index.js'
import { conforms, stopsBeforeItBegan } from '../conformance.js'
import { allWon, makePlan, oneArm, target, type PlanParts } from '../harness.js'

const engine = createK6Engine()
const cleanups: (() => void)[] = []
afterAll(async () => {
  await engine.close()
  for (const cleanup of cleanups) cleanup()
})

const plan = (parts: PlanParts) => {
  const made = makePlan(parts)
  cleanups.push(made.remove)
  return made.plan
}

const serve = async () => {
  const served = await target(allWon)
  cleanups.push(served.kill)
  return served
}

const alternating = (count: number, gap: number) => ({
  ...oneArm(count, gap),
  arm: oneArm(count, gap).at.map((_, index) => index % 2),
})

test('k6 conforms', async () => {
  expect.hasAssertions()
  const urls = { control: (await serve()).url, candidate: (await serve()).url }
  await conforms(engine, plan({ urls, table: alternating(40, 5_000) }))
  await conforms(engine, plan({ urls, table: alternating(40, 5_000) }))
})

test('k6 stops before it began', async () => {
  expect.hasAssertions()
  const { url } = await serve()
  await stopsBeforeItBegan(
    engine,
    plan({ urls: { control: url, candidate: url }, table: alternating(40, 5_000) }),
  )
})
