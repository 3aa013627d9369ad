import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compiled } from '../../src/model/package.js'
import { storedGate } from '../jobs/stored-gate.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const vgePerf = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('src/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, stdout, stderr }
}

const tiny = (parts: string) => `
import { scenario, call, open, perSecond, seconds } from 'vge-perf'
export default scenario('tiny', { slice: 'seating', steps: { look: call('health', { 200: 'ok' }) }, data: () => ({}), row: () => ({}),
  async journey(vu) { await vu.look() }, profiles: { smoke: { load: open(perSecond(5), seconds(1)) } }, ${parts} })`

beforeAll(() => {
  write('tiny.ts', tiny('invariants: []'))
})

const config = (name: string, text: string): string => (write(name, `export default ${text}`), name)

test.each([
  [
    `{ secrets: { webhook_secret: '' } }`,
    /secret webhook_secret of the configuration is empty.*leave it out/s,
  ],
  [
    `{ settings: { operations: { reserve: { path: '/api/{seat}' } } } }`,
    /lays reserve over the contract, which the embedded platform cannot follow/,
  ],
  [`{ settings: { keys: { seatLock: 's:{seat}' } } }`, /lays seatLock over the contract/],
])('with the configuration %s list and plan answer, and run is refused', (text, sentence) => {
  const file = config('own.config.ts', text)
  for (const command of ['list', 'plan']) expect(vgePerf(command, '--config', file).status).toBe(0)
  const { status, stderr } = vgePerf('run', '--scenario', './tiny.ts', '--config', file)
  expect(stderr).toMatch(sentence)
  expect(status).toBe(2)
})

test('a folder of own scenarios says that it stands in place of the built-in ones', () => {
  mkdirSync(join(folder, 'mine'))
  write('mine/tiny.ts', tiny('invariants: []'))
  const { stderr } = vgePerf(
    'plan',
    '--scenario',
    'checkout',
    '--config',
    config('mine.ts', `{ scenarios: 'mine' }`),
  )
  expect(stderr).toMatch(/no scenario "checkout".*There are: tiny\. .*in place of the built-in ones/s)
})

test.each([
  [['gate', '--scenario', 'nope'], /no scenario "nope"/],
  [['run', '--scenario', './tiny.ts', '--profile', 'huge'], /has no profile "huge".*smoke/s],
  [['gate', '--bogus'], /unknown option '--bogus'/],
  [['gate', '--minutes', 'five'], /expected minutes/],
  [['gate', '--minutes', '0x10'], /expected minutes/],
  [['gate', '--seed', ''], /expected a text/],
  [['gate', '--workers', '0'], /expected a whole number from 1 to 1000/],
  [['gate', '--workers', '900'], /900 processes are to send load, but they may use \d+ core/],
  [['gate', '--workers', '3', '--cores', '0'], /3 processes are to send load, but they may use 1 core/],
  [['compile', 'a\nb'], /has a line break or another control character/],
  [['k8s', 'checkout', '-o', 'a\u0085b'], /has a line break or another control character/],
  [['gate', '--cores', 'all'], /--cores: "all" is no list of cores/],
  [['run', '--scenario', './tiny.ts', '--cores', '4000'], /generator\.cores 4000 cannot be kept/],
  [['gate', '--target', 'http://127.0.0.1:1', '--target-cores', '0'], /contradict/],
  [['gate', '--plant', 'gremlin'], /no fault "gremlin".*delay/s],
  [['gate', '--control', 'http://127.0.0.1:1'], /there is no --target/],
  [['gate', '--target', 'http://127.0.0.1:1', '--plant', 'error'], /contradict/],
  [['gate', '--target', 'http://10.1.2.3'], /beyond this machine/],
  [['gate', '--target', 'http://ann:pass@127.0.0.1:1'], /more than a place/],
  [['gate', '--baseline', 'main', '--no-regression-check'], /contradict/],
  [['gate', '--baseline', 'main'], /no baseline/i],
  [['gate', '--report', '/proc/none/such'], /Cannot write to \/proc\/none\/such/],
  [['gate', '--config', 'absent.ts'], /no configuration absent\.ts/],
  [['run', '--scenario', './tiny.ts', '--waive', 'gravity'], /"gravity" is to be waived/],
  [['compare', './a', './b'], /there is no such file/],
  [['help', 'nope'], /There is no command "nope".*There are: gate, run/s],
  [['target', 'up', '--port', '6000'], /--port: 6000 is one that .* refuse/],
  [['target', 'clear', 'gremlin'], /no fault "gremlin"/],
  [['report', './nowhere'], /There is no folder/],
  [['calibrate', '--plant', 'error'], /--plant and calibrate contradict/],
  [['calibrate', '--starts', '1'], /expected a whole number from 2 to 40/],
  [['calibrate', '--doses', '5,ten'], /expected per cents from 0\.1 to 1000/],
  [['calibrate', '--target', 'http://127.0.0.1:1'], /only one target is named.*--control/s],
  [['trend'], /There is no baseline in baselines\..*baseline record main/s],
  [['trend', '../main'], /"\.\.\/main" cannot name a baseline/],
  [['trend', '--last', '1000'], /expected a whole number from 1 to 400/],
  [['trend', '--report', '/proc/none/such'], /Cannot write to \/proc\/none\/such/],
  [['trend', '--reports', './nowhere'], /\.\/nowhere cannot be read as a folder of reports/],
  [['baseline', 'record', 'a b'], /"a b" cannot name a baseline/],
  [['baseline', 'record', 'main@1.4'], /is a pinned release: nothing is recorded into it/],
  [['baseline', 'record', 'main', '--baselines', '/proc/none/such'], /Cannot write to \/proc\/none\/such/],
  [['baseline', 'promote', 'main'], /There is no baseline "main"/],
  [['baseline', 'pin', 'main'], /required option '--as <RELEASE>'/],
  [['baseline', 'pin', 'main', '--as', '1/4'], /"1\/4" cannot name a release/],
  [['baseline', 'roll', 'main', '--keep', '5'], /expected a whole number from 8 to 1000/],
  [['baseline', 'roll', 'main@1.4'], /is a pinned release, which is never rolled/],
  [['baseline', 'prune', 'main', '--older-than', '0'], /expected a whole number from 1 to 10000/],
  [['baseline', 'show', '.'], /"\." cannot name a baseline/],
])('%j: one sentence, exit 2, no stack', (args, sentence) => {
  const { status, stderr } = vgePerf(...args)
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr).not.toContain('ann:pass')
  expect(status).toBe(2)
})

test('a calibration that is damaged is told before anything is started', () => {
  write('damaged.json', '{ "formatVersion": 1, "scenarios": [')
  const file = config('calibrated.ts', `{ calibration: 'damaged.json' }`)
  for (const command of ['gate', 'calibrate']) {
    const { status, stderr } = vgePerf(command, '--scenario', './tiny.ts', '--config', file)
    expect(stderr).toMatch(/damaged\.json: expected JSON/)
    expect(status).toBe(2)
  }
})

test.each([
  ['throws.ts', "\n\nthrow new Error('no seats')", /throws\.ts:3 threw while it was loaded: no seats/],
  ['number.ts', 'export default 5', /not a scenario/],
  ['lacks.ts', tiny(''), /lacks `invariants`/],
  ['exits.ts', 'process.exit(0)', /ended the program before it was done/],
  ['hangs.ts', 'await new Promise(() => {}); export default 1', /ended the program before it was done/],
])('a scenario file %s is refused', (name, text, sentence) => {
  write(name, text)
  const { status, stderr } = vgePerf('run', '--scenario', `./${name}`)
  expect(stderr).toMatch(sentence)
  expect(status).toBe(2)
})

test('a target that is down is exit 4, another server exit 2', async () => {
  expect(vgePerf('run', '--scenario', './tiny.ts', '--target', 'http://127.0.0.1:9').status).toBe(4)
  const server = createServer((_, response) => response.end('<html>hello</html>'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  // Not spawnSync: this process has to answer.
  const { spawn } = await import('node:child_process')
  const child = spawn(
    process.execPath,
    [
      compiled('src/cli/main.js'),
      'run',
      '--scenario',
      './tiny.ts',
      '--target',
      `http://127.0.0.1:${port}`,
      '--json',
    ],
    { cwd: folder },
  )
  let out = ''
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  const status = await new Promise((resolve) => child.once('exit', resolve))
  server.close()
  expect(status).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ error: { reason: 'wrong_target', exit: 2 } })
})

test('a page that cannot be written costs no verdict', async () => {
  const gate = join(folder, 'unwritable')
  await storedGate(gate)
  mkdirSync(join(gate, 'index.html'))
  const { status, stdout, stderr } = vgePerf('report', gate)
  expect(stdout).toMatch(/^PASS /)
  expect(stdout).not.toContain('Page:')
  expect(stderr).toMatch(/Cannot write to .*index\.html/)
  expect(status).toBe(2)
  const json = vgePerf('report', gate, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'pass' })
  expect(json.status).toBe(2)
})

test('a name that would steer the terminal is told without what steers it', () => {
  const { status, stderr } = vgePerf('report', '\u001b]0;mine\u0007\u009b31m')
  expect(stderr).toContain('There is no folder')
  expect(stderr).not.toMatch(/[^\P{Cc}\n]/u)
  expect(status).toBe(2)
})

test('plan and list answer in JSON and nothing else', () => {
  const planned: unknown = JSON.parse(vgePerf('plan', '--scenario', './tiny.ts', '--json').stdout)
  expect(planned).toMatchObject([{ scenario: 'tiny', phases: [{ name: 'main', journeys: 5 }], seconds: 1 }])
  const [help, bare] = [vgePerf('--help'), vgePerf()]
  expect([help.status, bare.status]).toEqual([0, 0])
  expect(bare.stdout).toMatch(/vge-perf gate/)
})

test('a gate that is refused leaves the report that lies in its folder as it is', async () => {
  const at = await storedGate(join(folder, 'red'), { factor: 1.5 })
  expect(vgePerf('report', at).status).toBe(1)
  const before = readFileSync(join(at, 'verdict.json'), 'utf8')
  const words = ['gate', '--scenario', './tiny.ts', '--report', at, '--no-regression-check']
  const { status, stderr } = vgePerf(...words)
  expect([status, stderr]).toEqual([2, expect.stringContaining('already holds a report (of seat-selection)')])
  expect(readFileSync(join(at, 'verdict.json'), 'utf8')).toBe(before)
})
