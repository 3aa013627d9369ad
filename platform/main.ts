import { openApp } from './app.js'
import { readArguments } from './args.js'
import { startControl } from './control.js'
import { messageOf, UsageError } from './errors.js'
import { describeFaults } from './faults/index.js'
import { assertKnown, plantWord } from './faults/plant.js'
import { createHttpServer, listen } from './server.js'

/** A node ends within this time of being asked to, whatever hangs. Milliseconds. */
const lastCallMs = 1_800

async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes('--list-faults')) {
    process.stdout.write(`${JSON.stringify(describeFaults())}\n`)
    return
  }
  const args = readArguments(argv)
  // A slip of the pen is said before any store is touched.
  for (const word of args.plant) assertKnown(word)
  const { app, register, close } = await openApp(args)
  for (const word of args.plant) await plantWord(app, word)
  const server = createHttpServer(app)
  const port = await listen(server, args.port)
  await register(port)
  const control = await startControl(app, args.controlPort)
  process.stdout.write(`${JSON.stringify({ ready: true, port, control: control.port, pid: process.pid })}\n`)

  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(0), lastCallMs).unref()
    server.close()
    server.closeAllConnections()
    void close().finally(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (args.exitWithStdin) process.stdin.on('close', end).on('end', end).resume()
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
})
