import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { cgroupLimits } from '../../src/machine/cgroup.js'
import { cores, placement } from '../../src/doctor/cores.js'
import { governor } from '../../src/doctor/governor.js'
import { openFiles } from '../../src/doctor/limits.js'
import { thisMachine } from '../../src/doctor/machine.js'
import { memory } from '../../src/doctor/memory.js'
import { node } from '../../src/doctor/node.js'
import { judgePorts } from '../../src/doctor/ports.js'
import { examined, far, machineWith, said } from './examined.js'

const meminfo = (available: number, swapped = 0) =>
  `MemTotal:        8388608 kB
MemFree:          100000 kB
MemAvailable:    ${available * 1_024} kB
SwapTotal:       1048576 kB
SwapFree:        ${1_048_576 - swapped * 1_024} kB
`

const seen = (...[found, rest]: Parameters<typeof examined>) => examined(found, rest)

test('Node: its version, and flags that change how fast it is, wherever they come from', () => {
  const of = (version: string, flags: readonly string[] = []) =>
    said(node(seen(machineWith({}, { node: { version, platform: 'linux', arch: 'arm64', flags } }))))
  expect(of('v20.11.1')).toBe('ok: 20.11.1 on linux, arm64')
  expect(of('v20.11.1', ['--enable-source-maps', '--import=x'])).toMatch(/^ok/)
  expect(of('v18.20.0')).toMatch(/^failing: 18.20.0 .* → Install Node 20 or later/)
  for (const flag of ['--inspect', '--inspect-brk=9229', '--max_old_space_size=100', '--cpu-prof', '--prof'])
    expect(of('v22.0.0', [flag])).toMatch(/^warning: .* started with .* → .*NODE_OPTIONS/)
})

test('cgroup version 2: each group upwards has limits of its own, and the least counts', () => {
  const files = {
    '/proc/self/cgroup': '0::/system.slice/ci.service\n',
    '/sys/fs/cgroup/system.slice/ci.service/cpu.max': 'max 100000\n',
    '/sys/fs/cgroup/system.slice/cpu.max': '150000 100000\n',
    '/sys/fs/cgroup/system.slice/ci.service/memory.max': '1000000000\n',
    '/sys/fs/cgroup/system.slice/ci.service/memory.current': '900000000\n',
    '/sys/fs/cgroup/system.slice/ci.service/memory.stat': 'anon 1\ninactive_file 300000000\n',
    '/sys/fs/cgroup/system.slice/memory.max': 'max\n',
  }
  expect(cgroupLimits((path) => (files as Record<string, string>)[path])).toEqual({
    cores: 1.5,
    memory: 400_000_000,
  })
})

test('cgroup version 1: a container sees its own group at the root, whatever its path says', () => {
  const files = (quota: string, limit: string): Record<string, string> => ({
    '/proc/self/cgroup': '4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/docker/abc\n',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': quota,
    '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': limit,
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '100\n',
    '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 3\ntotal_inactive_file 50\n',
  })
  const [limited, free] = [files('50000\n', '1000\n'), files('-1\n', '9223372036854771712\n')]
  expect(cgroupLimits((path) => limited[path])).toEqual({ cores: 0.5, memory: 903 })
  expect(cgroupLimits((path) => free[path])).toEqual({})
  expect(cgroupLimits(() => undefined)).toEqual({})
})

test('cores: one is shared with a target here, a quota stops all, below one core too often', () => {
  const quota = (text: string) => ({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': text })
  const online = { '/sys/devices/system/cpu/online': '0-7\n' }
  const of = (files: Record<string, string>, allowed?: string, targets: (typeof far)[] = []) =>
    said(cores(seen(machineWith(files, { allowed }), { targets })))
  expect(of({})).toBe('ok: 4 cores')
  expect(of(online, '2-3')).toBe(
    'ok: 2 of 8 cores, which generator and target share: a gate fits its load to them, a run does not',
  )
  expect(of(online, '2-3', [far])).toBe('ok: 2 of 8 cores')
  const load = (text: string) => ({ ...online, '/proc/loadavg': text })
  expect(of(load('7.90 9.0 9.0 1/400 77\n'))).toBe('ok: 4 of 8 cores')
  expect(of(load('8.42 0.1 0.1 1/400 77\n'))).toMatch(/^warning: 4 of 8 cores, and a load average of 8\.4/)
  expect(of(online, '3')).toMatch(/^warning: 1 of 8 cores, which generator and target share/)
  expect(of(online, '3', [far])).toBe('ok: 1 of 8 cores')
  expect(of(quota('400000 100000'))).toBe('ok: 4 cores')
  expect(of(quota('150000 100000'))).toMatch(/^warning: 4 cores, but a quota of 1.5\d*: .* → .*--cpuset-cpus/)
  expect(of(quota('50000 100000'))).toMatch(/^failing: 4 cores, but a quota of 0.5\d*: .* → .*--cpus 2/)
})

test('placement is said when the configuration wants one, and fails when it cannot be had', () => {
  const of = (generator: { readonly cores?: string; readonly sourceAddresses?: readonly string[] }) =>
    said(placement(seen(machineWith({}), { config: { generator } })))
  expect(of({})).toBe('nothing')
  expect(of({ cores: '4000' })).toMatch(/^failing: generator\.cores 4000 cannot be kept: /)
  expect(of({ sourceAddresses: ['203.0.113.7'] })).toMatch(/^failing: .*203\.0\.113\.7 .* → It has: 127/)
  expect(of({ sourceAddresses: ['127.0.0.1'] })).toBe('ok: from 127.0.0.1')
})

test('the governor of the cores that we may use', () => {
  const files = {
    '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
    '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'performance\n',
  }
  const of = (allowed: string) => said(governor(seen(machineWith(files, { allowed }))))
  expect(of('0-1')).toMatch(/^warning: powersave, performance: .* → Type: echo performance \| sudo tee /)
  expect(of('1')).toBe('ok: performance')
  expect(of('2')).toBe('ok: cannot be known here, as on most virtual machines')
})

test('memory: what is free here, or below the limit of a container; and swap', () => {
  const of = (files: Record<string, string>, targets: (typeof far)[] = []) =>
    said(memory(seen(machineWith(files), { targets })))
  const limited = (max: number) => ({
    '/proc/meminfo': meminfo(6_000),
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': String(max * 2 ** 20),
    '/sys/fs/cgroup/memory.current': '0',
  })
  expect(of({ '/proc/meminfo': meminfo(6_144) })).toBe('ok: 6.0 GiB free of 8.0 GiB')
  expect(of({ '/proc/meminfo': meminfo(1_000) })).toMatch(/^warning: 1000 MiB free .*need 2.0 GiB → End/)
  expect(of({ '/proc/meminfo': meminfo(600) })).toMatch(/^failing: 600 MiB free of 8.0 GiB; a gate needs 768/)
  expect(of({ '/proc/meminfo': meminfo(600) }, [far])).toMatch(/^warning: .* need 1.0 GiB/)
  expect(of(limited(512))).toMatch(/^failing: 512 MiB free below the limit .* → .*docker run --memory/)
  expect(of(limited(32_000))).toMatch(/^ok: 5.9 GiB free of 8.0 GiB/)
  expect(of({ '/proc/meminfo': meminfo(6_144, 200) })).toMatch(/^ok/)
  expect(of({ '/proc/meminfo': meminfo(6_144, 300) })).toMatch(/^warning: .*300 MiB are swapped out/)
  expect(of({})).toBe('ok: 8.0 GiB in all; how much is free cannot be known here')
})

test('open files: too few for a gate fail, too few for the largest profile warn, more processes share them', () => {
  const of = (descriptors: number, workers?: number) =>
    said(
      openFiles(
        seen(machineWith({}, { descriptors }), {
          config: { generator: workers === undefined ? {} : { workers } },
        }),
      ),
    )
  expect(of(256)).toMatch(/^failing: .*needs 400 open files.* → Type `ulimit -Hn 400/)
  expect(of(1_024)).toMatch(/^warning: .*needs 10200 .*may open only 1024\. → Type `ulimit -Hn 10200/)
  expect(of(6_000, 2)).toMatch(/^ok: 6,000 a process; the largest profile keeps 10,000/)
  expect(of(Infinity)).toMatch(/^ok: as many as it likes a process/)
})

test('ports: as many as connections, and most of them not resting', () => {
  const needs = { smoke: 200, any: 10_000 }
  const usual = { ports: 28_232, most: 14_116, resting: 12, reuse: '2' }
  expect(said(judgePorts(usual, needs))).toBe(
    'ok: 28,232 an address, for 14,116 connections to a target; 12 in TIME_WAIT',
  )
  expect(said(judgePorts({ ...usual, resting: undefined }, needs))).not.toContain('TIME_WAIT')
  expect(said(judgePorts({ ...usual, ports: 200, most: 100 }, needs))).toMatch(
    /^failing: .* → As root: sysctl/,
  )
  expect(said(judgePorts({ ...usual, ports: 2_000, most: 1_000 }, needs))).toMatch(/^warning: .*opens 10,000/)
  expect(said(judgePorts({ ...usual, ports: 1_000, most: 50_000 }, needs))).toMatch(
    /^warning: 1,000 an address/,
  )
  expect(said(judgePorts({ ...usual, resting: 20_000 }, needs))).toMatch(/^warning: .* → Wait a minute; /)
  expect(said(judgePorts({ ...usual, most: 50_000, resting: 20_000 }, needs))).toMatch(/^ok/)
  expect(said(judgePorts({ ...usual, resting: 20_000, reuse: '0' }, needs))).toContain('tcp_tw_reuse=1')
})

test('this machine tells what is asked of it', () => {
  const machine = thisMachine()
  expect(machine.parallelism).toBe(availableParallelism())
  expect(machine.descriptors).toBeGreaterThan(0)
  expect(machine.file('/none/such')).toBeUndefined()
  expect(machine.node.version).toBe(process.version)
})
