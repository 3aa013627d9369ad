import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { compiled, packageRoot } from '../../src/model/package.js'
import { done, liar, message, welcome } from '../doctor/liar.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-cli-doctor-'))
// Another account runs in it too.
chmodSync(folder, 0o777)
afterAll(() => rmSync(folder, { recursive: true }))

interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** Runs it in a folder that is also its temporary one. */
const vgePerf = async (args: readonly string[], env: NodeJS.ProcessEnv = {}, account: Account = {}) => {
  const child = spawn(process.execPath, [compiled('src/cli/main.js'), ...args], {
    ...account,
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stdout, stderr }
}

interface Answer {
  readonly exit: number
  readonly headline: string
  readonly conditions: readonly { readonly name: string; readonly state: string; readonly remedy?: string }[]
}

const answerOf = (stdout: string): Answer => JSON.parse(stdout) as Answer
const of = ({ conditions }: Answer, name: string) => conditions.find((one) => one.name === name)

test('doctor --json: exit 0 or 3 as its lines say, nothing else on standard output, no file left', async () => {
  const { status, stdout, stderr } = await vgePerf(['doctor', '--json'])
  const answer = answerOf(stdout)
  const failing = answer.conditions.some(({ state }) => state === 'failing')
  expect([status, answer.exit]).toEqual(failing ? [3, 3] : [0, 0])
  expect(answer.conditions.every(({ state, remedy }) => (state === 'ok') === (remedy === undefined))).toBe(
    true,
  )
  expect(of(answer, 'Postgres')?.state).toBe('ok')
  expect(stderr).toBe('')
  expect(readdirSync(folder)).toEqual([])
})

// The limit is this test's own: whoever waits for what hangs would do so for ever.
test(
  'a target and stores that hang are given up: failing, with remedies and without passwords',
  { timeout: 60_000 },
  async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const place = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    const { status, stdout, stderr } = await vgePerf([
      'doctor',
      `--target=http://${place}`,
      `--postgres=postgres://ann:pass@${place}/x`,
      `--redis=redis://ann:pass@${place}`,
    ])
    expect(status).toBe(3)
    expect(stdout).toMatch(/✗ failing {2}target .*no\s+answer within 3 s\)\.\n +→ Is it started\?/s)
    expect(stdout).toMatch(/✗ failing {2}Postgres .*\n +→ /)
    expect(stdout).toMatch(/✗ failing {2}Redis .*\n +→ /)
    expect(stdout).toMatch(/\nThis machine and this target cannot give a trustworthy result: [3-9] failing/)
    expect(stdout + stderr).not.toContain('pass@')
    expect(readdirSync(folder)).toEqual([])
  },
)

test.each([
  ['a row without columns', message('D', [0, 5, 0, 0, 0, 1])],
  ['columns that are cut off', message('T', [0, 3, 0x61])],
])(
  'Postgres that answers later with %s, Redis with nils too many: failing lines, and no stack',
  async (_, broken) => {
    const postgres = await liar((socket, packet) => socket.write([welcome, done][packet - 1] ?? broken))
    const redis = await liar((socket) => socket.write('*-1\r\n'.repeat(9)))
    const { status, stdout, stderr } = await vgePerf([
      'doctor',
      '--json',
      '--target=http://127.0.0.1:1',
      `--postgres=postgres://ann:pass@${postgres}/x`,
      `--redis=redis://${redis}`,
    ])
    expect(stderr).toBe('')
    expect(status).toBe(3)
    expect(of(answerOf(stdout), 'Postgres')).toMatchObject({
      state: 'failing',
      found: expect.stringMatching(/^Postgres let us in, but sent what its client cannot read: /),
    })
    expect(of(answerOf(stdout), 'Redis')).toMatchObject({
      state: 'failing',
      found: expect.stringMatching(/^Redis sent what its client cannot read: /),
    })
  },
)

test.each([
  [['--bogus'], /unknown option/],
  [['--target', 'nope'], /not the address of a target/],
  [['--redis', 'redis://127.0.0.1'], /contradict/],
  [['--config', 'absent.ts'], /no configuration absent\.ts/],
])('doctor %j is usage: exit 2', async (args, sentence) => {
  const { status, stderr } = await vgePerf(['doctor', ...args])
  expect(stderr).toMatch(sentence)
  expect(status).toBe(2)
})

test('without a temporary folder a sentence and what to set, not a fault of ours', async () => {
  const { status, stdout, stderr } = await vgePerf(['doctor', '--json'], { TMPDIR: '/nonexistent' })
  expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'no_temporary_folder', exit: 2 } })
  expect(stderr).toMatch(/No temporary folder can be made in \/nonexistent .*\n {2}Set TMPDIR to/)
  expect(status).toBe(2)
})

test('in a working directory that was deleted: a sentence', () => {
  const gone = mkdtempSync(join(folder, 'gone-'))
  const program = compiled('src/cli/main.js')
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'rmdir "$PWD" && exec "$0" "$@"', process.execPath, program, 'doctor'],
    { cwd: gone, encoding: 'utf8' },
  )
  expect(stderr).toMatch(/The working directory cannot be used .*\n {2}Change to/)
  expect(status).toBe(2)
})

const ownRedis = join(packageRoot(), 'node_modules', '.cache', 'vge-perf', 'redis')
test.skipIf(existsSync(ownRedis))('without a Redis: failing, and how to get one', async () => {
  const home = { PATH: '/nowhere', HOME: folder, XDG_CACHE_HOME: folder }
  const { status, stdout } = await vgePerf(['doctor', '--json'], home)
  expect(status).toBe(3)
  expect(of(answerOf(stdout), 'Redis')).toMatchObject({
    state: 'failing',
    remedy: expect.stringContaining('bootstrap.mjs'),
  })
})

const nobody = { uid: 65_534, gid: 65_534 }
/** Whether another account may read this checkout: it may lie in root's home. */
const lets =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, [compiled('src/cli/main.js'), '--version'], { ...nobody, cwd: '/' }).status ===
    0
test.runIf(lets)(
  'a plain user gets the page too (run by root, in a checkout that others may read)',
  async () => {
    const { stdout, stderr } = await vgePerf(['doctor', '--json'], { HOME: folder }, nobody)
    expect(stderr).toBe('')
    expect(of(answerOf(stdout), 'Postgres')?.state).toBe('ok')
  },
)

test('Ctrl-C ends it at once: 130, and no file left', async () => {
  const child = spawn(process.execPath, [compiled('src/cli/main.js'), 'doctor'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(readdirSync(folder)).toEqual([])
})

test('list --contract says what a scenario may name', async () => {
  const [plain, json] = [
    await vgePerf(['list', '--contract']),
    await vgePerf(['list', '--contract', '--json']),
  ]
  expect([plain.status, json.status]).toEqual([0, 0])
  expect(plain.stdout).toMatch(/^ {2}reserve +POST \/.*\{seat\}/m)
  expect(plain.stdout).toMatch(/^ {2}no-oversell +I2 +\S/m)
  const { operations, invariants } = JSON.parse(json.stdout) as Record<string, readonly object[]>
  expect(operations).toContainEqual({ operation: 'lock', goesTo: 'Redis' })
  expect(invariants).toContainEqual(expect.objectContaining({ invariant: 'no-oversell', id: 'I2' }))
})

test('list says of each scenario its slice, profiles, steps and invariants', async () => {
  const [plain, json] = [await vgePerf(['list']), await vgePerf(['list', '--json'])]
  expect([plain.status, json.status]).toEqual([0, 0])
  expect(plain.stdout).toMatch(/^checkout +payments +smoke, ci, full$/m)
  expect(JSON.parse(json.stdout)).toContainEqual(
    expect.objectContaining({
      scenario: 'checkout',
      slice: 'payments',
      profiles: ['smoke', 'ci', 'full'],
      steps: expect.arrayContaining(['reserve']),
      invariants: expect.arrayContaining(['no-oversell']),
    }),
  )
})
