import { writeFileSync } from 'node:fs'
import { benches } from './cases/index.js'
import { holds, type Row } from './frame/bench.js'
import { tableOf } from './frame/table.js'
import { complain, optionsOf, whole } from './frame/options.js'

// `npm run bench [-- NAME... --rounds N --json FILE]`. Run it on a quiet machine. Exit 1 when a goal is missed, 2 for a wrong word.

const { values, positionals } = optionsOf({
  allowPositionals: true,
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, list: { type: 'boolean' } },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const rounds = whole('rounds', values.rounds, 1, 100)

const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
if (unknown.length > 0)
  complain(
    `There is no bench "${unknown.join('", "')}". There are: ${benches.map(({ name }) => name).join(', ')}.`,
  )

if (values.list === true) {
  for (const { name, about } of benches) process.stdout.write(`${name.padEnd(16)} ${about}\n`)
  process.exit(0)
}

const rows: Row[] = []
let broken = 0
for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  say(`${bench.name}: ${bench.about}`)
  try {
    rows.push(...(await bench.run({ rounds, log: (line) => say(`  ${line}`) })))
  } catch (error) {
    broken += 1
    say(`  ${bench.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`)
  }
}

process.stdout.write(`${tableOf(rows)}\n`)
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify(
      rows.map((row) => ({ ...row, holds: holds(row) })),
      null,
      2,
    )}\n`,
  )
process.exitCode = broken > 0 || rows.some((row) => holds(row) === false) ? 1 : 0
