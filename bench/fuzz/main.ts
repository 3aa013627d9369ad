import { randomInt } from 'node:crypto'
import { complain, optionsOf, whole } from '../frame/options.js'
import { fuzzes } from './index.js'
import { runFuzz, sharesOf, told } from './run.js'

// `npm run fuzz [-- --cases N] [--seed S] [--only NAME] [--path P]`. Exit 1 when a property is broken, 2 for a wrong word.

const { values } = optionsOf({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31 - 1)) },
    only: { type: 'string', default: '' },
    path: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const most = 0x7f_ff_ff_ff

const cases = whole('cases', values.cases, 1, most)
const seed = whole('seed', values.seed, 0, most)
const chosen = fuzzes.filter(({ name }) => name.startsWith(values.only))
if (chosen.length === 0)
  complain(
    `No property begins with "${values.only}". There are: ${fuzzes.map(({ name }) => name).join(', ')}.`,
  )
if (values.path !== undefined && chosen.length > 1)
  complain('--path leads to a case of one property: name it with --only.')

if (values.list) {
  for (const { name, about } of chosen) say(`${name.padEnd(32)} ${about}`)
  process.exit(0)
}

const began = performance.now()
let total = 0
let broken = 0
say(`seed ${seed}, ${cases} cases`)
for (const [index, fuzz] of chosen.entries()) {
  if (values.path !== undefined) {
    const found = await fuzz.check({ seed, cases: 1, path: values.path })
    say(told({ fuzz, cases: 1, seconds: 0, found }))
    broken += found === undefined ? 0 : 1
  } else {
    const result = await runFuzz(fuzz, sharesOf(chosen, cases)[index] ?? 1, seed)
    say(told(result))
    total += result.cases
    broken += result.found === undefined ? 0 : 1
  }
  await fuzz.end?.()
}
const seconds = (performance.now() - began) / 1_000
say(
  `seed ${seed}: ${total} cases of ${chosen.length} properties in ${seconds.toFixed(0)} s, ${broken} broken`,
)
process.exitCode = broken > 0 ? 1 : 0
