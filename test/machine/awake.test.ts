import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { wakefulness } from '../../src/machine/awake.js'
import { cgroupLimits, kernelFile } from '../../src/machine/cgroup.js'
import { coresIn } from '../../src/machine/cores.js'
import { allowedCores } from '../../src/machine/placement.js'
import { isAlive } from '../../src/machine/alive.js'
import { onPath } from '../../src/machine/programs.js'
import { compiled } from '../../src/model/package.js'

const read = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
const allowed = coresIn(allowedCores('self') ?? '') ?? []
const able =
  process.platform === 'linux' &&
  ['chrt', 'nice', 'taskset'].every((tool) => onPath(process.env, [tool]) !== undefined) &&
  (cgroupLimits(kernelFile).cores ?? Infinity) >= allowed.length &&
  getPriority() === 0
const patience = { timeout: 25_000 }

/** Who spins for a process, by the cores that they are held to; each once it is what it is to be. */
const spinnersOf = (parent: number | undefined) =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'stat').includes(`(sh) R ${parent} `))
    .map((pid) => ({ pid: Number(pid), core: Number(allowedCores(Number(pid))) }))
    .toSorted((a, b) => a.core - b.core)

test.runIf(able)(
  'every core is kept awake, by who gives way to all others, until it may rest',
  async () => {
    const cores = wakefulness()
    const { rouse, rest } = cores
    onTestFinished(rest)
    rest()
    expect(cores.awake).toBe(false)
    rouse()
    rouse()
    await vi.waitFor(() => expect(spinnersOf(process.pid).map(({ core }) => core)).toEqual(allowed), patience)
    expect(cores.awake).toBe(true)
    const spinners = spinnersOf(process.pid)
    for (const { pid } of spinners)
      expect(execFileSync('chrt', ['-p', String(pid)], { encoding: 'utf8' })).toContain('SCHED_IDLE')
    rest()
    expect(cores.awake).toBe(false)
    await vi.waitFor(() => expect(spinners.filter(({ pid }) => isAlive(pid))).toEqual([]), patience)
  },
  60_000,
)

test.runIf(able)(
  'who keeps cores awake ends when its parent is killed',
  async () => {
    const script = `import { wakefulness } from ${JSON.stringify(compiled('src/machine/awake.js'))}
    wakefulness().rouse()
    setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    onTestFinished(() => void parent.kill('SIGKILL'))
    // Who gives way to all others begins and ends late where other tests fill the cores.
    await vi.waitFor(() => expect(spinnersOf(parent.pid)).toHaveLength(allowed.length), patience)
    const spinners = spinnersOf(parent.pid)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(spinners.filter(({ pid }) => isAlive(pid))).toEqual([]), patience)
  },
  60_000,
)

/** Processes that were started with this mark in their environment, but for one. */
const markedWith = (mark: string, but: number | undefined) =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && Number(pid) !== but && read(pid, 'environ').includes(mark),
  )

test.runIf(able).each([0, 20])(
  'who is to keep cores awake ends too when its parent is killed %d ms after it asked, and reaped by nobody',
  async (after) => {
    const script = `import { wakefulness } from ${JSON.stringify(compiled('src/machine/awake.js'))}
      wakefulness().rouse()
      console.log(process.pid)
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${after})`
    // A shell that became another program waits for no child.
    const line = `"$0" --input-type=module -e "$1" & exec sleep 60`
    const mark = `VGE_PERF_TEST=${process.pid}-${after}`
    const env = { ...process.env, VGE_PERF_TEST: `${process.pid}-${after}` }
    const grandparent = spawn('sh', ['-c', line, process.execPath, script], { env })
    onTestFinished(() => void grandparent.kill('SIGKILL'))
    const [pid] = (await once(grandparent.stdout, 'data')).map(Number)
    await vi.waitFor(() => expect(isAlive(pid ?? 0)).toBe(false), patience)
    await vi.waitFor(() => expect(markedWith(mark, grandparent.pid)).toEqual([]), patience)
  },
  60_000,
)

test.runIf(able)('who gives way to others itself keeps no core awake', () => {
  const script = `import { wakefulness } from ${JSON.stringify(compiled('src/machine/awake.js'))}
    const cores = wakefulness()
    cores.rouse()
    console.log(cores.awake)
    cores.rest()`
  const awake = (...before: readonly string[]): string => {
    const words = [...before, process.execPath, '--input-type=module', '-e', script]
    return execFileSync('env', words, { encoding: 'utf8' }).trim()
  }
  expect([awake(), awake('nice', '-n', '5')]).toEqual(['true', 'false'])
})

test('without the tools nothing is kept awake, and nobody says so', () => {
  vi.stubEnv('PATH', '/nowhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  const cores = wakefulness()
  onTestFinished(cores.rest)
  cores.rouse()
  expect(cores.awake).toBe(false)
})
