import { expect, test } from 'vitest'
import { holds, type Row } from '../../bench/frame/bench.js'
import { alone, median, sideBySide } from '../../bench/frame/rounds.js'
import { tableOf } from '../../bench/frame/table.js'

const series = (values: readonly number[]) => {
  const left = [...values]
  return () => Promise.resolve(left.shift() ?? NaN)
}

const row = (figures: Pick<Row, 'ours' | 'ratio' | 'spread'>): Row => ({
  id: 'a',
  what: 'a thing',
  unit: 'ms',
  goal: { atMost: 150 },
  ...figures,
})

test('the median of an even number is the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, NaN])
})

test.each([0, 1, 2, 3, 4])(
  'a round that failed does not vanish, wherever it stood: place %i',
  async (place) => {
    const figures = await alone(5, series([120, 130, 110, 125, 115].with(place, NaN)))
    expect(figures).toEqual({ ours: NaN, spread: [NaN, NaN] })
    expect(holds(row(figures))).toBe(false)
    expect(tableOf([row(figures)])).toContain('MISSED')
  },
)

test('ratios are of the same round, whoever leads it', async () => {
  const order: string[] = []
  const say = (name: string, values: readonly number[]) => {
    const next = series(values)
    return () => {
      order.push(name)
      return next()
    }
  }
  const found = await sideBySide(3, say('ours', [1, 2, 3]), { name: 'peer', measure: say('peer', [2, 2, 2]) })
  expect(order).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer'])
  expect(found).toEqual({ ours: 2, peer: { name: 'peer', value: 2 }, ratio: 1, spread: [0.5, 1.5] })
})
