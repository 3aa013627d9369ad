import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
/** No gate takes longer, milliseconds. */
const longest = 3_600_000

/** A folder for reports that is gone when this process is. */
export function reportsFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-prove-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * One gate with `--json`: its exit code, what it said, and what it wrote to standard error. It ends with this process: a signal goes on to it, and
 * nothing else is begun.
 */
export async function takeGate(flags) {
  const child = spawn(process.execPath, [main, 'gate', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longest,
  })
  const out = []
  const errors = []
  child.stdout.on('data', (chunk) => out.push(chunk))
  child.stderr.on('data', (chunk) => errors.push(chunk))
  let stopped = false
  const stop = (signal) => {
    stopped = true
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  const status = await new Promise((ended, failed) => {
    child.on('error', failed)
    child.on('close', ended)
  })
  for (const signal of signals) process.off(signal, stop)
  if (stopped) process.exit(130)
  const text = Buffer.concat(out).toString()
  return {
    status,
    said: text.startsWith('{') ? JSON.parse(text) : {},
    errors: Buffer.concat(errors).toString(),
  }
}
