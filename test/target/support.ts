import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that goes with the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A program that answers as the platform does when it starts, and no more; `beginning` runs first. */
export function standIn(beginning = ''): string {
  const file = join(scratch(), 'platform.mjs')
  writeFileSync(
    file,
    `import { createServer } from 'node:http'
    ${beginning}
    const given = (name) => process.argv[process.argv.indexOf(name) + 1]
    const open = (port) => new Promise((resolve) => {
      const server = createServer((_request, reply) => reply.end(process.argv.join(' ')))
      server.listen(port, '127.0.0.1', () => resolve(server.address().port))
    })
    const [port, control] = [await open(Number(given('--port'))), await open(0)]
    console.log(JSON.stringify({ ready: true, port, control, pid: process.pid }))
    process.on('SIGTERM', () => process.exit(0))`,
  )
  return file
}

/** The folders of runs that this process number has open. */
export function runFolders(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`vge-perf-run-${pid}-`))
}
