import { readFileSync } from 'node:fs'
import { createNativeEngine } from '../../src/engine/native/index.js'
import type { GeneratorJob } from '../frame/measured.js'
import { runLoad } from '../frame/run-load.js'
import '../frame/until-parent-ends.js'

// `generator JOB.json`: runs a load with the native engine, and prints what it measured as a line of JSON.

const [, , file = ''] = process.argv
const { before = [], load } = JSON.parse(readFileSync(file, 'utf8')) as GeneratorJob

const engine = createNativeEngine()
try {
  for (const one of before) await runLoad(engine, one)
  process.stdout.write(`${JSON.stringify(await runLoad(engine, load))}\n`)
} finally {
  await engine.close()
}
