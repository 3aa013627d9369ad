import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'

/**
 * Stops a process after `delay` ms for `length` ms. A shell does it that outlives us, so that nothing stays stopped when we are killed.
 */
export function stopFor(pid: number, delay: number, length: number): void {
  const script = 'sleep "$1"; kill -STOP "$0" && sleep "$2"; kill -CONT "$0"'
  spawn('sh', ['-c', script, String(pid), String(delay / 1_000), String(length / 1_000)], {
    stdio: 'ignore',
    detached: true,
  }).unref()
}

// Ends soon after the process that it asks for.
const spinning = 'while kill -0 "$0" 2>/dev/null; do i=0; while [ "$i" -lt 20000 ]; do i=$((i+1)); done; done'

/** Processes that spin where we may run, until they are told to end or we are gone. */
export function hogs(count: number): () => void {
  const running = Array.from({ length: count }, () =>
    spawn('sh', ['-c', spinning, String(process.pid)], { stdio: 'ignore' }),
  )
  return () => {
    for (const hog of running) hog.kill('SIGKILL')
  }
}

const roots = { v2: '/sys/fs/cgroup', v1: '/sys/fs/cgroup/cpu' } as const
const period = 100_000

const versionHere = (): keyof typeof roots | undefined => {
  const controllers = join(roots.v2, 'cgroup.subtree_control')
  if (existsSync(controllers)) return /\bcpu\b/.test(readFileSync(controllers, 'utf8')) ? 'v2' : undefined
  return existsSync(join(roots.v1, 'cpu.cfs_quota_us')) ? 'v1' : undefined
}

/** Whether a process can be given a share of a core by a control group of ours, and of which kind. */
export const quotaKind = ((): keyof typeof roots | undefined => {
  const version = versionHere()
  if (version === undefined) return undefined
  try {
    const group = join(roots[version], `vge-perf-probe-${process.pid}`)
    mkdirSync(group)
    rmdirSync(group)
    return version
  } catch {
    return undefined
  }
})()

/** Lets a process have `share` of one core, 100 ms by 100 ms. */
export function quota(pid: number, share: number): () => void {
  if (quotaKind === undefined) throw new Error('there is no control group that may be written')
  const root = roots[quotaKind]
  const group = join(root, `vge-perf-bench-${process.pid}`)
  const micros = String(Math.round(period * share))
  mkdirSync(group)
  if (quotaKind === 'v2') writeFileSync(join(group, 'cpu.max'), `${micros} ${period}`)
  else writeFileSync(join(group, 'cpu.cfs_quota_us'), micros)
  writeFileSync(join(group, 'cgroup.procs'), String(pid))
  return () => {
    try {
      writeFileSync(join(root, 'cgroup.procs'), String(pid))
    } catch {
      // It has ended, and with it left the group.
    }
    rmdirSync(group)
  }
}

/** Lowest priority for a process. */
export function lowest(pid: number): void {
  setPriority(pid, 19)
}
