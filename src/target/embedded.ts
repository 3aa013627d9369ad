import { randomBytes } from 'node:crypto'
import { assertCores } from '../machine/pin.js'
import { compiled } from '../model/package.js'
import { assertBuilt, assertPortFree, freePort, startNode } from './platform.js'
import { startPostgres } from './postgres.js'
import type { Child } from './process.js'
import { requireRedis, startRedis } from './redis.js'
import type { RedisBinary } from './redis-binary.js'
import { openSandbox, type Sandbox } from './sandbox.js'

export interface EmbeddedOptions {
  /** What people call it: `control`, `candidate`. */
  readonly label: string
  /** How many nodes of the platform share the stores; default 1. */
  readonly nodes?: number
  /** The platform's own settings, by name; anything not said has the contract's value. */
  readonly settings?: Readonly<Record<string, string>>
  /** Faults to start with, on every node: `NAME` or `NAME=VALUE`. */
  readonly plant?: readonly string[]
  /** Of the first node; default any free one. */
  readonly port?: number
  /** Aborting while it starts stops and removes all, and rejects with the signal's reason. Afterwards it does nothing. */
  readonly signal?: AbortSignal
  /** Its Redis is wanted at a port of loopback, for a generator that knows no Unix sockets. */
  readonly redisByPort?: boolean
  /** Cores that all its processes are held to, such as `1`; default all. */
  readonly cores?: string
  /** The platform's program; default ours, compiled. */
  readonly program?: string
}

/** A process of the target that ended though nobody stopped it. */
export interface Ended {
  readonly what: string
  readonly code: number | null
  readonly signal: string | null
  /** Its last lines, joined. */
  readonly stderr: string
}

/** A platform with stores of its own, started by us, gone when we are. */
export interface Target {
  readonly label: string
  /** The first node's. */
  readonly url: string
  readonly urls: readonly string[]
  /** URL of the database, on a Unix socket. */
  readonly postgres: string
  /** URL of the Redis, on a Unix socket (`unix:///…`), or at a port with its password. */
  readonly redis: string
  /** Control ports, one a node: for planting faults, never for judging. */
  readonly control: readonly string[]
  readonly webhookSecret: string
  readonly pids: { readonly postgres: number; readonly redis: number; readonly nodes: readonly number[] }
  /** Resolves when no process and no folder is left. May be called more than once. */
  stop(): Promise<void>
  /** Resolves with the first process that ends by itself; stays pending for a target that is stopped. */
  readonly exited: Promise<Ended>
}

/** Starts Postgres, Redis and the reference platform in a temporary folder. Takes about two seconds. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Target> {
  options.signal?.throwIfAborted()
  // What can be known at once is said at once, before anything is started.
  const program = options.program ?? compiled('platform/main.js')
  assertBuilt(program)
  assertCores(options.cores, 'embedded.cores')
  const redis = requireRedis()
  if (options.port !== undefined && options.port !== 0) await assertPortFree(options.port)
  const sandbox = await openSandbox(options.cores)
  const abort = (): void => void sandbox.close()
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    const target = await startAll(sandbox, program, redis, options)
    options.signal?.throwIfAborted()
    return target
  } catch (error) {
    await sandbox.close()
    options.signal?.throwIfAborted()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

async function startAll(
  sandbox: Sandbox,
  program: string,
  redisBinary: RedisBinary,
  options: EmbeddedOptions,
): Promise<Target> {
  const redisPort = options.redisByPort === true ? await freePort() : undefined
  const [postgres, redis] = await Promise.all([
    startPostgres(sandbox),
    startRedis(sandbox, redisBinary, redisPort),
  ])
  const { webhook_secret: webhookSecret = randomBytes(24).toString('hex'), ...settings } =
    options.settings ?? {}
  const nodes = await Promise.all(
    Array.from({ length: options.nodes ?? 1 }, (_, index) =>
      startNode(sandbox, {
        program,
        name: `n${index + 1}`,
        postgres: postgres.url,
        redis: redis.url,
        port: index === 0 ? (options.port ?? 0) : 0,
        settings,
        webhookSecret,
        plant: options.plant ?? [],
      }),
    ),
  )
  let stopping = false
  const children = [postgres.child, redis.child, ...nodes.map((node) => node.child)]
  return {
    label: options.label,
    url: nodes[0]?.url ?? '',
    urls: nodes.map((node) => node.url),
    postgres: postgres.url,
    redis: redis.url,
    control: nodes.map((node) => node.control),
    webhookSecret,
    pids: {
      postgres: postgres.child.pid,
      redis: redis.child.pid,
      nodes: nodes.map((node) => node.child.pid),
    },
    stop: async () => {
      stopping = true
      // Nodes first: a platform whose stores vanish has reasons to hang.
      await Promise.all(nodes.map((node) => node.child.stop()))
      await sandbox.close()
    },
    exited: firstToEnd(children, () => stopping),
  }
}

function firstToEnd(children: readonly Child[], stopping: () => boolean): Promise<Ended> {
  return new Promise((resolve) => {
    for (const child of children) {
      void child.exited.then(({ code, signal }) => {
        if (!stopping()) resolve({ what: child.name, code, signal, stderr: child.lastWords().join('\n') })
      })
    }
  })
}
