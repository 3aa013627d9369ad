import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Exchange } from '../../src/engine/native/http/exchange.js'
import { WaitingLine } from '../../src/engine/native/http/waiting-line.js'
import { Split } from '../../src/engine/journey/split.js'

const exchange = (name: string): Exchange => ({
  method: name,
  text: '',
  bytes: 0,
  split: new Split(0),
  fresh: false,
  retried: false,
  release: undefined,
  answered: () => {},
  failed: () => {},
})

test('whoever waits is served in order, but for those that gave up, whatever comes between', () => {
  const acts = fc.array(fc.oneof(fc.constant('join'), fc.constant('next'), fc.nat({ max: 50 })), {
    maxLength: 400,
  })
  fc.assert(
    fc.property(acts, (all) => {
      const line = new WaitingLine()
      const model: Exchange[] = []
      for (const [index, act] of all.entries()) {
        if (act === 'join') {
          const one = exchange(String(index))
          model.push(one)
          line.join(one)
        } else if (act === 'next') {
          expect(line.next()).toBe(model.shift())
        } else {
          const [left] = model.splice(act, 1)
          left?.release?.()
        }
      }
      while (model.length > 0) expect(line.next()).toBe(model.shift())
      expect(line.next()).toBeUndefined()
    }),
  )
})

test('a long line keeps its order when it is closed up, and one may give up after that', () => {
  const line = new WaitingLine()
  const all = Array.from({ length: 10_000 }, (_, n) => exchange(String(n)))
  for (const one of all) line.join(one)
  for (let n = 0; n < 6_000; n += 1) expect(line.next()).toBe(all[n])
  for (let n = 6_000; n < 9_000; n += 2) all[n]?.release?.()
  for (let n = 6_001; n < 9_000; n += 2) expect(line.next()).toBe(all[n])
  for (let n = 9_000; n < 10_000; n += 1) expect(line.next()).toBe(all[n])
  expect(line.next()).toBeUndefined()
})
