// Shows that the gate does not cry wolf: `npm run prove:clean [-- N] [--flag VALUE...]` takes N gates (20) of equal builds, one after the
// other; flags go to each. Prints a line a gate and how they ended, exits 1 when one of them found something in equal builds or failed, or none passed.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { reportsFolder, takeGate } from './gate-child.mjs'

const words = process.argv.slice(2)
const given = /^\d+$/.test(words[0] ?? '')
const gates = given ? Number(words[0]) : 20
const flags = given ? words.slice(1) : words
const ended = { passed: 0, inconclusive: 0, failed: 0 }
// What equal builds may come out as. An improvement of nothing is as false as a regression.
const kinds = {
  pass: 'passed',
  inconclusive: 'inconclusive',
  invalid: 'inconclusive',
  wrong_mix: 'inconclusive',
}
if (gates < 1) {
  console.error('At least one gate has to be taken.')
  process.exit(2)
}
const folder = reportsFolder()
for (let gate = 1; gate <= gates; gate += 1) {
  const begun = Date.now()
  const report = join(folder, String(gate))
  const { status, said, errors } = await takeGate(['--report', report, ...flags])
  if (status === 2) {
    console.error(errors.trim() || said.error?.message)
    process.exit(2)
  }
  // An exit code without a verdict shows nothing, and neither does a verdict whose exit code is not its own.
  const kind = status === said.exit ? (kinds[said.outcome] ?? 'failed') : 'failed'
  ended[kind] += 1
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${gate}  ${kind}, exit ${status}, ${seconds} s: ${said.headline ?? said.error?.message ?? 'no verdict'}`,
  )
  rmSync(report, { recursive: true, force: true })
}
console.log(
  `${gates} gates of equal builds: ${ended.passed} passed, ${ended.inconclusive} inconclusive, ${ended.failed} failed`,
)
process.exitCode = ended.failed > 0 || ended.passed === 0 ? 1 : 0
