import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { compileScript } from '../../../src/engine/k6/compile.js'
import { findK6 } from '../../../src/engine/k6/find.js'
import { createK6Engine } from '../../../src/engine/k6/index.js'
import { compiled } from '../../../src/model/package.js'
import { seconds } from '../../../src/model/time.js'
import { keepAll, oneArm } from '../harness.js'
import { stageOf } from '../stage.js'

const standIn = fileURLToPath(new URL('stand-in/k6.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vge-perf-k6-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stage = stageOf(createK6Engine({ k6: standIn }))

/** A program that does what a shell script says. */
const program = (name: string, script: string): string => {
  const file = join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

test('no k6, another program and one that is too old are told apart, with what to do', async () => {
  await expect(findK6(undefined, { PATH: folder })).rejects.toMatchObject({
    reason: 'k6_missing',
    exit: 2,
    hint: expect.stringContaining('K6_BIN') as string,
  })
  await expect(findK6(join(folder, 'nowhere'))).rejects.toThrow(/no program that can be run/)
  await expect(findK6(process.execPath)).rejects.toMatchObject({ reason: 'k6_is_another_program' })
  const old = program('old', 'echo "k6 v0.49.0 (commit/abc, go1.21.6, linux/amd64)"')
  await expect(findK6(undefined, { PATH: folder, K6_BIN: old })).rejects.toThrow(/0\.49\.0; 1\.x or 2\.x/)
  const two = program(
    'two',
    'echo "k6 v2.2.0 (go1.26, linux/amd64)"; echo "  github.com/grafana/xk6-redis v1, k6/x/redis [js]"',
  )
  await expect(findK6(two)).resolves.toMatchObject({ version: '2.2.0', extensions: ['k6/x/redis'] })
})

test('a journey that imports what only Node has is refused with the chain of imports', async () => {
  writeFileSync(
    join(folder, 'helper.ts'),
    `import { readFileSync } from 'node:fs'\nexport const read = () => readFileSync('x')\n`,
  )
  const scenario = join(folder, 'scenario.ts')
  writeFileSync(
    scenario,
    `import { read } from './helper.js'\nexport default { name: 's', steps: {}, row: () => 0, journey: async () => read() }\n`,
  )
  const contract = join(folder, 'contract.ts')
  writeFileSync(contract, `export default { name: 'c', operations: {}, keys: {}, figures: {} }\n`)
  const parts = { name: 's', scenarioModule: scenario, contractModule: contract, needsRedis: false, vus: 1 }
  await expect(compileScript(parts)).rejects.toThrow(
    /has no node:fs: .*scenario\.ts → .*helper\.ts → node:fs/,
  )
})

test('a script needs nothing from outside but k6', async () => {
  const made = stage.plan({ urls: { control: 'http://127.0.0.1:1' }, table: oneArm(1, 0) })
  const { scenarioModule, contractModule } = made
  const { text: script } = await compileScript({
    name: 'tiny',
    scenarioModule,
    contractModule,
    needsRedis: true,
    vus: 2,
  })
  const imports = [...script.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name)
  expect(imports.length).toBeGreaterThan(4)
  expect(imports.filter((name) => !/^k6(\/|$)/.test(name ?? ''))).toEqual([])
  expect(imports).toContain('k6/x/redis')
})

test('a scenario that needs Redis is refused before anything is started, when k6 was built without it', async () => {
  const engine = createK6Engine({ k6: standIn })
  const scenario = { name: 's', steps: { lock: { operation: 'lock', answers: {} } } }
  const contract = { operations: { lock: { kind: 'redis' } } }
  const work = { scenario, contract, source: '', contractModule: '' } as unknown as Parameters<
    typeof engine.assertAble
  >[0]
  await expect(engine.assertAble(work)).rejects.toMatchObject({ reason: 'k6_lacks_redis', exit: 2 })
})

test('a script that throws while it loads is told with what it threw', async () => {
  const { url } = await stage.serve()
  const contract = `throw new Error('the contract fell over'); export default {}`
  await expect(stage.run({ urls: { control: url }, table: oneArm(1, 0), contract })).rejects.toThrow(
    /the contract fell over/,
  )
})

test('k6 that is killed half-way is a lost worker, and its journeys are the generator’s', async () => {
  const { url } = await stage.serve()
  const engine = createK6Engine({
    k6: program(
      'dies',
      `[ "$1" = version ] && exec node ${standIn} version\nnode ${standIn} "$@" &\nchild=$!\nsleep 2\nkill -9 $child\nwait $child`,
    ),
  })
  const kept = keepAll()
  const plan = stage.plan({ urls: { control: url }, table: oneArm(1_000, 10_000), timeout: seconds(2) })
  const accounting = await engine.run(plan, kept.sink, new AbortController().signal)
  await engine.close()
  expect(accounting.cutShort).toBe(true)
  expect(accounting.health.workersLost).toBeGreaterThan(0)
  expect(kept.events.map(({ kind }) => kind)).toContain('worker_lost')
  expect(accounting.arms.control?.notStarted).toBeGreaterThan(0)
})

test('a k6 that prints something else ends the run, and no sample of it counts', async () => {
  const { url } = await stage.serve()
  const engine = createK6Engine({
    k6: program(
      'talks',
      `[ "$1" = version ] && exec node ${standIn} version\necho hello; exec node ${standIn} "$@"`,
    ),
  })
  const plan = stage.plan({ urls: { control: url }, table: oneArm(10, 10_000) })
  await expect(engine.run(plan, keepAll().sink, new AbortController().signal)).rejects.toThrow(
    /cannot be read: no JSON/,
  )
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('k6 ends when its parent is killed', async () => {
  const { url } = await stage.serve()
  const pidFile = join(folder, 'pid')
  const k6 = program(
    'tells-its-pid',
    `[ "$1" = version ] && exec node ${standIn} version\necho $$ > ${pidFile}; exec node ${standIn} "$@"`,
  )
  const plan = stage.plan({ urls: { control: url }, table: oneArm(10_000, 10_000) })
  const script = join(folder, 'parent.mjs')
  writeFileSync(
    script,
    `import { createK6Engine } from ${JSON.stringify(compiled('src/engine/k6/index.js'))}
    const sink = { interval() {}, receipt: () => console.log('sent'), event() {}, exemplar() {}, progress() {} }
    await createK6Engine({ k6: ${JSON.stringify(k6)} }).run(${JSON.stringify(plan)}, sink, new AbortController().signal)`,
  )
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => parent.stdout.once('data', resolve))
  const pid = Number(readFileSync(pidFile, 'utf8'))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 })
})
