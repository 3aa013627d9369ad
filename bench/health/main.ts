import { writeFileSync } from 'node:fs'
import { cores, pinned, startProgram } from '../frame/child.js'
import { complain, optionsOf, whole } from '../frame/options.js'
import type { Fault } from './fault.js'
import { faults } from './faults.js'
import type { Outcome } from './one-run.js'
import { summaryOf, wordsOf, type Summary } from './summary.js'

// `npm run bench:health [-- --runs N --clean N --only NAME --seed TEXT --json FILE]`: plants faults into the generator and counts how
// often it notices. Exit 1 when a goal is missed, 2 for a wrong word.

const { values } = optionsOf({
  options: {
    runs: { type: 'string', default: '100' },
    clean: { type: 'string', default: '200' },
    only: { type: 'string' },
    seed: { type: 'string', default: 'health' },
    json: { type: 'string' },
  },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const wanted = { runs: whole('runs', values.runs, 1, 10_000), clean: whole('clean', values.clean, 1, 10_000) }
const chosen = faults.filter(({ name }) => values.only === undefined || values.only === name)
if (chosen.length === 0)
  complain(`There is no fault "${values.only}". There are: ${faults.map(({ name }) => name).join(', ')}.`)
if (process.platform !== 'linux') complain('The faults are planted with tools of Linux; there are none here.')

const references = 5

async function lane(fault: Fault, url: string): Promise<Summary & { readonly outcomes: readonly Outcome[] }> {
  const runs = fault.name === 'clean' ? wanted.clean : wanted.runs
  const args = [fault.name, url, values.seed, String(runs), String(references)]
  const child = startProgram('health-lane', cores.generator, args)
  try {
    const outcomes: Outcome[] = []
    for (let run = 0; run < references + runs; run += 1) outcomes.push((await child.answer()) as Outcome)
    const planted = outcomes.slice(references)
    return { ...summaryOf(fault, outcomes.slice(0, references), planted), outcomes: planted }
  } finally {
    await child.stop()
  }
}

const target = startProgram('health-target', cores.target)
const summaries: Awaited<ReturnType<typeof lane>>[] = []
try {
  const { port } = (await target.answer()) as { readonly port: number }
  for (const fault of chosen) {
    const summary = await lane(fault, `http://127.0.0.1:${port}`)
    summaries.push(summary)
    process.stdout.write(`${wordsOf(summary)}\n`)
  }
} finally {
  await target.stop()
}
if (pinned !== undefined) say(`Note: ${pinned}.`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(summaries, null, 2)}\n`)
process.exitCode = summaries.every(({ holds }) => holds) ? 0 : 1
