import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'
import pg from 'pg'
import { expect, test } from 'vitest'
import { coresIn } from '../../src/machine/cores.js'
import { allowedCores } from '../../src/machine/placement.js'
import { isAlive } from '../../src/machine/alive.js'
import { startEmbedded, type Target } from '../../src/target/embedded.js'
import { runFolders, standIn } from './support.js'

const processes = ({ pids }: Target): number[] => [pids.postgres, pids.redis, ...pids.nodes]

test('two arms have stores of their own, and leave neither process nor folder', async () => {
  const program = standIn()
  const all = allowedCores('self')
  const core = String(coresIn(all ?? '0')?.[0])
  const control = await startEmbedded({ label: 'control', program })
  const candidate = await startEmbedded({
    label: 'candidate',
    program,
    nodes: 2,
    plant: ['slow=5'],
    settings: { a: 'b' },
    ...(all === undefined ? {} : { cores: core }),
  })
  try {
    const asked = await (await fetch(candidate.urls[1] ?? '')).text()
    expect(asked).toContain('--plant slow=5')
    expect(asked).toContain('--setting a=b')
    expect(await (await fetch(control.url)).text()).not.toContain('--plant')

    const database = new pg.Client({ connectionString: candidate.postgres })
    await database.connect()
    await database.query('create table only_here ()')
    await database.end()
    const other = new pg.Client({ connectionString: control.postgres })
    await other.connect()
    expect((await other.query('select to_regclass($1) as found', ['only_here'])).rows).toEqual([
      { found: null },
    ])
    expect((await other.query('select count(*) > 0 as counts from pg_stat_statements')).rows).toEqual([
      { counts: true },
    ])
    await other.end()

    const [mine, theirs] = [new Redis(candidate.redis), new Redis(control.redis)]
    await mine.set('key', 'value')
    expect(await theirs.get('key')).toBeNull()
    mine.disconnect()
    theirs.disconnect()

    expect([...processes(control), ...processes(candidate)].every(isAlive)).toBe(true)
    expect(runFolders(process.pid)).toHaveLength(2)
    // Where the system tells it, one arm is held to a core, and the other is not.
    const cores = (target: Target) => [...new Set(processes(target).map((pid) => allowedCores(pid)))]
    expect([cores(control), cores(candidate)]).toEqual([[all], [all === undefined ? all : core]])
  } finally {
    await Promise.all([control.stop(), candidate.stop()])
  }
  expect([...processes(control), ...processes(candidate)].filter(isAlive)).toEqual([])
  expect(runFolders(process.pid)).toEqual([])
  await control.stop()
})

test('a process that dies is told with its last words', async () => {
  const program = standIn(`setTimeout(() => { console.error('out of seats'); process.exit(7) }, 2_000)`)
  const target = await startEmbedded({ label: 'control', program })
  expect(await target.exited).toEqual({
    what: 'Platform node n1',
    code: 7,
    signal: null,
    stderr: 'out of seats',
  })
  await target.stop()
  expect(processes(target).filter(isAlive)).toEqual([])
})

test('a platform that does not start is an error with its sentence, and nothing is left', async () => {
  const program = standIn(`console.error('The fault "nonsense" is not known.'); process.exit(1)`)
  await expect(startEmbedded({ label: 'control', program })).rejects.toMatchObject({
    message: 'The reference platform (node n1) did not start: The fault "nonsense" is not known.',
    exit: 4,
    reason: 'target_failed',
  })
  expect(runFolders(process.pid)).toEqual([])
})

test('aborting the start rejects with the reason at once, and nothing is left', async () => {
  const stop = new AbortController()
  const started = startEmbedded({ label: 'control', program: standIn(), signal: stop.signal })
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 150)
  await expect(started).rejects.toThrow('Ctrl-C')
  expect(runFolders(process.pid)).toEqual([])
})

test('a port that is taken is told before anything starts', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(startEmbedded({ label: 'control', program: standIn(), port })).rejects.toMatchObject({
    message: `Port ${port} on 127.0.0.1 is in use by another program.`,
    exit: 2,
    reason: 'port_in_use',
  })
  other.close()
})

test('its Redis is at a port of loopback when that is wanted, for those who know the password, which no argument tells', async () => {
  const target = await startEmbedded({ label: 'by port', program: standIn(), redisByPort: true })
  try {
    expect(target.redis).toMatch(/^redis:\/\/:[0-9a-f]{48}@127\.0\.0\.1:\d+$/)
    const known = new Redis(target.redis)
    expect(await known.ping()).toBe('PONG')
    known.disconnect()
    const { hostname, port, password } = new URL(target.redis)
    const stranger = new Redis({ host: hostname, port: Number(port), retryStrategy: () => null })
    stranger.on('error', () => {})
    await expect(stranger.get('key')).rejects.toThrow(/NOAUTH/)
    stranger.disconnect()
    const told = [target.pids.redis, ...target.pids.nodes].map((pid) =>
      existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '',
    )
    expect(told.join(' ')).not.toContain(password)
    expect(told.join(' ')).not.toContain(target.webhookSecret)
  } finally {
    await target.stop()
  }
})
