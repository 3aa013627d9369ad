import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'

/**
 * CPU time of a core since the machine started, in the kernel's ticks. `busy` has no steal in it, and nothing of processes that give way to
 * this one (niceness above 0, where it has 0 itself).
 */
export interface CoreTimes {
  readonly busy: number
  readonly steal: number
  readonly total: number
}

/** What the kernel says at one instant. */
export interface MachineReading {
  /** Microseconds for which the calling thread was ready to run and had no core. */
  readonly runDelay: number | undefined
  /** By number of the core. */
  readonly cores: ReadonlyMap<number, CoreTimes>
  /** Cores on which the calling thread may run. */
  readonly allowed: readonly number[]
}

/** Shares of two readings' difference; what cannot be known is undefined. */
export interface MachineUse {
  readonly runDelay: number | undefined
  readonly steal: number | undefined
  /** Of the allowed cores. */
  readonly busy: number | undefined
  readonly allowed: number
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Cores of `/proc/stat`; `niced` for a process that gives way to others itself: those of its kind it waits for.
 * Source: proc_stat(5); guest time is within user time, waiting for a disk is idle.
 */
export function coresOf(stat: string, niced = false): Map<number, CoreTimes> {
  const cores = new Map<number, CoreTimes>()
  for (const [, core, line] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    const times = (line ?? '').split(' ').map(Number)
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = times
    const own = user + system + irq + softirq
    const busy = niced ? own + nice : own
    cores.set(Number(core), { busy, steal, total: own + nice + steal + idle + iowait })
  }
  return cores
}

/** Numbers of a list as the kernel writes it: `0-1,4`. */
export function numbersOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.trim().split('-').map(Number)
    return range.trim() === '' || Number.isNaN(first)
      ? []
      : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** Microseconds of waiting for a core in `/proc/…/schedstat`: its second field, nanoseconds. */
export function runDelayOf(schedstat: string): number | undefined {
  const delay = Number(schedstat.split(' ')[1] ?? NaN)
  return Number.isFinite(delay) ? delay / 1_000 : undefined
}

/** What the calling thread has waited for a core until now, microseconds; undefined where the kernel does not tell. */
export const readRunDelay = (): number | undefined => runDelayOf(read('/proc/thread-self/schedstat'))

/** What all threads of a process have waited for a core until now, microseconds together; undefined where the kernel does not tell. */
export function readRunDelays(pid: number): number | undefined {
  try {
    const delays = readdirSync(`/proc/${pid}/task`).map((task) =>
      runDelayOf(read(`/proc/${pid}/task/${task}/schedstat`)),
    )
    return delays.includes(undefined) ? undefined : delays.reduce<number>((sum, delay = 0) => sum + delay, 0)
  } catch {
    return undefined
  }
}

/** Asks the kernel; empty where there is no `/proc`. `niced` as above: by default, whether this process is. */
export function readMachine(niced = getPriority() > 0): MachineReading {
  return {
    runDelay: readRunDelay(),
    cores: coresOf(read('/proc/stat'), niced),
    allowed: numbersOf(/^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/thread-self/status'))?.[1] ?? ''),
  }
}

/** What went on between two readings, `wall` microseconds apart. */
export function useBetween(before: MachineReading, after: MachineReading, wall: number): MachineUse {
  const spent = (numbers: Iterable<number>): CoreTimes => {
    let [busy, steal, total] = [0, 0, 0]
    for (const core of numbers) {
      const [from, to] = [before.cores.get(core), after.cores.get(core)]
      if (from === undefined || to === undefined) continue
      busy += to.busy - from.busy
      steal += to.steal - from.steal
      total += to.total - from.total
    }
    return { busy, steal, total }
  }
  const all = spent(after.cores.keys())
  const own = spent(after.allowed)
  const [waited, had] = [after.runDelay, before.runDelay]
  return {
    runDelay: waited === undefined || had === undefined ? undefined : within((waited - had) / wall),
    steal: all.total > 0 ? within(all.steal / all.total) : undefined,
    busy: own.total > 0 ? within(own.busy / own.total) : undefined,
    allowed: after.allowed.length,
  }
}

const within = (share: number): number => Math.min(1, Math.max(0, share))
