import { expect, test } from 'vitest'
import { burst, call, inOrder, open, perSecond, phase, scenario, seconds } from 'vge-perf'
import { spareUnits } from '../../src/measure/fit.js'
import { journeysOf } from '../../src/measure/lengths.js'

const { profiles } = scenario('tiny', {
  slice: 'seating',
  steps: { look: call('look', { 200: 'seen' }) },
  data: () => ({}),
  row: () => ({}),
  journey: async () => {},
  profiles: {
    smoke: { load: inOrder(phase('steady', open(perSecond(100), seconds(4))), phase('rush', burst(30))) },
  },
  invariants: [],
})

test('there are rows for every unit of a start, for those that may be sent again, its cold warm-up and its blocks', () => {
  const smoke = profiles.smoke ?? expect.fail('no profile')
  // An arm gets half of 3 s a unit at 100 a second, and half of 8 s of the warm-up.
  const sent = (3 + spareUnits) * 150 + 400 + 30
  expect(journeysOf(smoke, 3)).toBeGreaterThanOrEqual(1.1 * sent)
  expect(journeysOf(smoke, 4) - journeysOf(smoke, 3)).toBeGreaterThanOrEqual(150)
})
