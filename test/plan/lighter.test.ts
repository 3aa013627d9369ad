import { expect, test } from 'vitest'
import { burst, constant, ms, open, perSecond, phase, seconds, surge } from 'vge-perf'
import { lighter } from '../../src/plan/lighter.js'

test('only one steady rate can be lightened', () => {
  expect(lighter(phase('a', open(perSecond(200), seconds(4))), 0.6)).toEqual(
    phase('a', open(perSecond(120), seconds(4))),
  )
  expect(lighter(phase('a', constant(perSecond(200), seconds(4))), 0.5)).toEqual(
    phase('a', constant(perSecond(100), seconds(4))),
  )
  for (const arrivals of [burst(300), surge(300, ms(500), seconds(3))])
    expect(lighter(phase('a', arrivals), 0.6)).toEqual(phase('a', arrivals))
})
