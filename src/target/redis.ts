import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCode, UserError } from '../model/errors.js'
import { packageRoot } from '../model/package.js'
import type { Store } from './postgres.js'
import { findRedis, type RedisBinary } from './redis-binary.js'
import type { Sandbox } from './sandbox.js'

/** The Redis of this machine; an error that tells how to get one where there is none. */
export function requireRedis(): RedisBinary {
  const found = findRedis()
  if (found) return found
  throw new UserError(
    'Redis was not found: no redis-server or valkey-server on PATH, none from an earlier bootstrap.',
    {
      hint: `Run \`node ${join(packageRoot(), 'bootstrap.mjs')}\`, which gets one, or install the system's package \`redis\`.`,
      reason: 'redis_missing',
    },
  )
}

/**
 * An empty Redis without persistence, on a Unix socket that only this account may use; with `port` also there on loopback, behind a
 * password of its own, for clients that know no sockets.
 */
export async function startRedis(sandbox: Sandbox, binary: RedisBinary, port?: number): Promise<Store> {
  const home = join(sandbox.folder, 'redis')
  mkdirSync(home, { mode: 0o700 })
  const socket = join(home, 'redis.sock')
  const password = port === undefined ? undefined : randomBytes(24).toString('hex')
  const settings = join(home, 'redis.conf')
  // Not among the arguments, which everybody on this machine can read.
  writeFileSync(
    settings,
    password === undefined ? 'port 0\n' : `bind 127.0.0.1\nport ${port}\nrequirepass ${password}\n`,
    { mode: 0o600 },
  )
  const libraries = [...binary.libraries, process.env['LD_LIBRARY_PATH'] ?? '']
    .filter((one) => one !== '')
    .join(':')
  const child = sandbox.start({
    name: 'Redis',
    file: binary.file,
    args: [settings, '--unixsocket', socket, '--unixsocketperm', '700', '--dir', home]
      .concat(['--save', '', '--appendonly', 'no', '--daemonize', 'no', '--loglevel', 'warning'])
      .concat(['--maxmemory-policy', 'noeviction']),
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      LC_ALL: 'C',
      ...(libraries === '' ? {} : { LD_LIBRARY_PATH: libraries }),
    },
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
  })
  const until = performance.now() + 10_000
  while (!(await pongs(socket))) {
    const late = performance.now() > until
    if (child.hasExited() || late) {
      throw new UserError(
        `Redis (${binary.file}) did not ${late ? 'answer within 10 s' : 'start'}: ${child.lastWords().at(-1) ?? 'it said nothing'}`,
        {
          hint: `Try it by hand: ${binary.file} --version`,
          exit: exitCode.failed,
          reason: 'redis_failed',
        },
      )
    }
    await sleep(10)
  }
  const url = password === undefined ? `unix://${socket}` : `redis://:${password}@127.0.0.1:${port}`
  return { child, url }
}

function pongs(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket, () => probe.write('PING\r\n'))
    const say = (yes: boolean): void => {
      probe.destroy()
      resolve(yes)
    }
    probe.setTimeout(1_000, () => say(false))
    // Without its password it answers, too.
    probe.once('data', (answer) => say(/^(\+PONG|-NOAUTH)/.test(answer.toString())))
    probe.once('error', () => say(false))
    probe.once('close', () => say(false))
  })
}
