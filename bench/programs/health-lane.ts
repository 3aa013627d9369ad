import { createNativeEngine } from '../../src/engine/native/index.js'
import { faults } from '../health/faults.js'
import { doseOf, oneRun, type Outcome } from '../health/one-run.js'
import '../frame/until-parent-ends.js'

// Runs of one fault: `FAULT URL SEED RUNS REFERENCES`. Prints a line of JSON a run: first the references, in which nothing is planted.
// One run before them is not told: a cold worker is slow.

const [name = '', url = '', seed = '', runs = '1', references = '0'] = process.argv.slice(2)
const fault = faults.find((one) => one.name === name)
if (fault === undefined) throw new Error(`there is no fault "${name}"`)

const engine = createNativeEngine()
const say = (outcome: Outcome): void => void process.stdout.write(`${JSON.stringify(outcome)}\n`)
let pid = 0
let undo = (): void => {}
// Also when the parent is gone, or we are told to end.
process.once('exit', () => undo())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

for (let run = 0; run <= Number(references); run += 1) {
  const own = `${seed}-reference-${run}`
  const outcome = await oneRun(engine, url, own, doseOf(fault, own), undefined, (known) => (pid = known))
  if (run > 0) say(outcome)
}
if (fault.fresh === true) await engine.close()
if (fault.lasting !== undefined) undo = fault.lasting(pid)

for (let run = 0; run < Number(runs); run += 1) {
  const own = `${seed}-${run}`
  const dose = doseOf(fault, own)
  say(await oneRun(engine, url, own, dose, fault, (known) => fault.each?.(known, dose)))
  if (fault.fresh === true) await engine.close()
}

await engine.close()
process.exit(0)
