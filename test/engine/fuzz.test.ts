import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fuzz } from '../../bench/fuzz/fuzz.js'
import { fuzzes } from '../../bench/fuzz/index.js'
import { runFuzz, sharesOf, told } from '../../bench/fuzz/run.js'

// A few thousand cases of `npm run fuzz`, always the same.
const cases = 20_000
const seed = 20_260_726

afterAll(async () => {
  for (const one of fuzzes) await one.end?.()
})

for (const [index, one] of fuzzes.entries()) {
  test(`${one.name}: ${one.about}`, async () => {
    const result = await runFuzz(one, sharesOf(fuzzes, cases)[index] ?? 1, seed)
    expect(result.found, told(result)).toBeUndefined()
  })
}

test('a property that does not hold is found, made small, and told with what repeats it', async () => {
  const about = { name: 'small', about: 'Numbers are small.', share: 1 }
  const broken = fuzz(about, fc.nat(), (number) => (number < 1_000 ? undefined : `${number} is large`))
  const result = await runFuzz(broken, 100_000, seed)
  expect(result.found).toMatchObject({ problem: '1000 is large', shrunk: '[1000]' })
  const { seed: again, path } = result.found ?? { seed: 0, path: '' }
  expect(told(result)).toContain(`--only small --seed ${again} --path ${path}`)
  expect(await broken.check({ seed: again, cases: 1, path })).toMatchObject({ shrunk: '[1000]' })
})
