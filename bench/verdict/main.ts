import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../src/model/errors.js'
import { complain, optionsOf } from '../frame/options.js'
import { fullSizes, measure, quickSizes } from './measure.js'
import { recordSeries } from './record.js'
import { rivals } from './rivals/index.js'
import { rowsTable } from './rows.js'
import { readSeries } from './series.js'
import { mayGate } from './spreads.js'
import { cellsTable, curveTable, replayTable } from './tables.js'

// `npm run bench:verdict [-- --seed TEXT --json FILE --quick]`: how good the verdict is. `-- --record FOLDER` keeps the series of a gate's
// report for it instead. Exit 1 when a goal is missed, 2 for a wrong word.

const { values } = optionsOf({
  options: {
    seed: { type: 'string', default: 'verdict' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    record: { type: 'string' },
  },
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)
/** Where the series lie in the sources; this file runs in `dist`. */
const folder = fileURLToPath(new URL('../../../bench/verdict/series', import.meta.url))

if (values.record !== undefined) {
  try {
    say(`Recorded ${await recordSeries(values.record, folder)}`)
    process.exit(0)
  } catch (error) {
    if (error instanceof UserError)
      complain(`${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`)
    throw error
  }
}

const began = performance.now()
const { rows, cells, replayed, curve, realCurve } = measure(
  values.quick ? quickSizes : fullSizes,
  readSeries(folder),
  values.seed,
  (line) => void process.stderr.write(`${line} (${((performance.now() - began) / 1_000).toFixed(0)} s)\n`),
)
say(`${rowsTable(rows)}\n`)
say(`By noise and spread of a unit; goals are asked up to ${100 * mayGate} %:\n\n${cellsTable(cells)}\n`)
say(
  `Called a regression, % of the sessions, mean of all kinds of noise at ${100 * mayGate} %; in brackets the pairs that each looks at:\n`,
)
say(`${curveTable(curve)}\n`)
if (realCurve.length > 0)
  say(`The same on medians of real series, with a change planted:\n\n${curveTable(realCurve)}\n`)
if (replayed.length > 0) say(`Real series:\n\n${replayTable(replayed)}\n`)
for (const { name, about } of rivals) say(`- ${name}: ${about}`)
const missed = rows.filter(({ holds }) => holds === false)
say(
  `\nseed ${values.seed}: ${rows.length} rows, ${missed.length} goals missed, ${((performance.now() - began) / 1_000).toFixed(0)} s`,
)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
process.exitCode = missed.length > 0 ? 1 : 0
