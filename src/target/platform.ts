import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import * as v from 'valibot'
import { exitCode, UserError } from '../model/errors.js'
import type { Child } from './process.js'
import type { Sandbox } from './sandbox.js'

export interface NodeOptions {
  /** The compiled program, `dist/platform/main.js`. */
  readonly program: string
  readonly name: string
  readonly postgres: string
  readonly redis: string
  readonly webhookSecret: string
  /** 0 takes a free one. */
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  /** `NAME` or `NAME=VALUE`. */
  readonly plant: readonly string[]
}

export interface PlatformNode {
  readonly child: Child
  readonly url: string
  readonly control: string
}

const readyLine = v.object({ ready: v.literal(true), port: v.number(), control: v.number(), pid: v.number() })

/** Starts one node of the platform over the given stores, and waits until it says that it is ready (at most 20 s). */
export async function startNode(sandbox: Sandbox, options: NodeOptions): Promise<PlatformNode> {
  let say: (line: string) => void = () => undefined
  const firstLine = new Promise<string>((resolve) => (say = resolve))
  const child = sandbox.start({
    name: `Platform node ${options.name}`,
    file: process.execPath,
    args: [options.program, ...flags(options)],
    cwd: sandbox.folder,
    // What is secret is not among the arguments, which everybody on this machine can read.
    env: {
      ...process.env,
      VGE_PLATFORM_REDIS: options.redis,
      VGE_PLATFORM_WEBHOOK_SECRET: options.webhookSecret,
    },
    stopSignal: 'SIGTERM',
    graceMs: 3_000,
    onLine: say,
  })
  let late: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => (late = setTimeout(resolve, 20_000, undefined)))
  const line = await Promise.race([firstLine, child.exited.then(() => undefined), patience])
  clearTimeout(late)
  const ready = v.safeParse(readyLine, parseJson(line))
  if (!ready.success) throw await failure(child, options.name, line)
  const { port, control } = ready.output
  return { child, url: `http://127.0.0.1:${port}`, control: `http://127.0.0.1:${control}` }
}

/** Says so when the platform's program is not there. */
export function assertBuilt(program: string): void {
  if (existsSync(program)) return
  throw new UserError(`The reference platform is not built: ${program} is missing.`, {
    hint: 'Run `npm run build`.',
    reason: 'not_built',
  })
}

/** A port of loopback that is free now: for a program that cannot take one by itself. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Says within a moment that a port is taken, before stores are started for nothing. */
export function assertPortFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what =
        error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`
      const hint = `Give another port, or none: then a free one is taken. Who has it: lsof -i :${port}`
      reject(new UserError(`Port ${port} on 127.0.0.1 ${what}.`, { hint, reason: 'port_in_use' }))
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}

function flags(options: NodeOptions): string[] {
  const { postgres, name: node, port } = options
  const words = { postgres, node, port, 'control-port': 0 }
  return [
    '--exit-with-stdin',
    ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...options.plant.flatMap((fault) => ['--plant', fault]),
    ...Object.entries(options.settings).flatMap(([name, value]) => ['--setting', `${name}=${value}`]),
  ]
}

function parseJson(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '')
  } catch {
    return undefined
  }
}

async function failure(child: Child, name: string, line: string | undefined): Promise<UserError> {
  const ended = child.hasExited() ? await child.exited : undefined
  const why =
    child.lastWords().at(-1) ??
    line ??
    (ended ? `it ended with ${ended.code ?? ended.signal}` : 'it said nothing for 20 s')
  return new UserError(`The reference platform (node ${name}) did not start: ${why}`, {
    // The program's own word for flags that it does not understand, such as the name of a fault.
    exit: ended?.code === exitCode.usage ? exitCode.usage : exitCode.failed,
    reason: 'target_failed',
  })
}
