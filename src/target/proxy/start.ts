import * as v from 'valibot'
import { exitCode, UserError } from '../../model/errors.js'
import { compiled } from '../../model/package.js'
import type { Exit } from '../process.js'
import { openSandbox } from '../sandbox.js'
import { proxyFactsSchema, readySchema, type Delay, type ProxyFacts } from './delay.js'

export interface ProxyOptions {
  /** Addresses that it leads to; `http:` only. */
  readonly urls: readonly string[]
  readonly delay: Delay
  /** Cores that it is held to; all when absent. */
  readonly cores?: string
}

/** A delaying proxy in a process of its own, gone when we are. */
export interface Proxy {
  readonly pid: number
  /** What to ask in place of the addresses that it leads to, in their order; on loopback. */
  readonly urls: readonly string[]
  /** Resolves when it ends by itself; stays pending for one that is stopped. */
  readonly exited: Promise<Exit>
  /** Ends it, and tells what it said of itself last. */
  stop(): Promise<ProxyFacts | undefined>
}

const addressOf = (url: string): { readonly host: string; readonly port: number } => {
  const { protocol, hostname, port } = new URL(url)
  if (protocol !== 'http:') {
    throw new UserError(`No delay can be put in front of ${url}: its certificate is not the proxy's.`, {
      hint: 'Name an address of the same target that speaks plain http.',
      reason: 'proxy_needs_http',
    })
  }
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) }
}

const patience = 20_000

const jsonOf = (line: string | undefined): unknown => {
  try {
    return JSON.parse(line ?? '')
  } catch {
    return undefined
  }
}

/** Starts a proxy in front of addresses that answer already, or will. Throws `UserError` for one that is not `http:`, or when it does not start. */
export async function startProxy({ urls, delay, cores }: ProxyOptions): Promise<Proxy> {
  const order = JSON.stringify({ delay, to: urls.map(addressOf) })
  const program = compiled('src/target/proxy/main.js')
  const sandbox = await openSandbox(cores)
  try {
    const lines: string[] = []
    let hear: () => void = () => undefined
    const first = new Promise<void>((resolve) => (hear = resolve))
    const child = sandbox.start({
      name: 'Delaying proxy',
      file: process.execPath,
      args: [program, order],
      cwd: sandbox.folder,
      env: process.env,
      stopSignal: 'SIGTERM',
      graceMs: 3_000,
      onLine: (line) => {
        lines.push(line)
        hear()
      },
    })
    let late: NodeJS.Timeout | undefined
    const tooLong = new Promise<void>((resolve) => (late = setTimeout(resolve, patience)))
    await Promise.race([first, child.exited, tooLong])
    clearTimeout(late)
    const ready = v.safeParse(readySchema, jsonOf(lines[0]))
    if (!ready.success) {
      const why = child.lastWords().at(-1) ?? `it said nothing for ${patience / 1_000} s`
      throw new UserError(`The delaying proxy did not start: ${why}`, {
        exit: exitCode.failed,
        reason: 'proxy_failed',
      })
    }
    const { ports } = ready.output
    let stopping = false
    return {
      pid: child.pid,
      urls: urls.map((url, index) => behind(url, ports[index] ?? 0)),
      exited: new Promise((resolve) => {
        void child.exited.then((exit) => {
          if (!stopping) resolve(exit)
        })
      }),
      stop: async () => {
        stopping = true
        await child.stop()
        await sandbox.close()
        const facts = v.safeParse(proxyFactsSchema, jsonOf(lines.at(-1)))
        return facts.success ? facts.output : undefined
      },
    }
  } catch (error) {
    await sandbox.close()
    throw error
  }
}

/** The same path at the proxy's port. */
const behind = (url: string, port: number): string =>
  `http://127.0.0.1:${port}${new URL(url).pathname.replace(/\/+$/, '')}`
