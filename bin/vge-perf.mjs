#!/usr/bin/env node
// Plain and committed: where nothing is installed yet it says so, and never ends with the exit code of a regression.
import { fileURLToPath } from 'node:url'

const place = fileURLToPath(new URL('..', import.meta.url))
try {
  await import('../dist/src/cli/main.js')
} catch (error) {
  const missing = error?.code === 'ERR_MODULE_NOT_FOUND'
  const what = missing ? `what is in ${place} is not installed, or not built` : error?.stack
  process.stderr.write(`vge-perf: ${what}.\n${missing ? '  Run `npm ci` there, then try again.\n' : ''}`)
  process.exitCode = missing ? 2 : 4
}
