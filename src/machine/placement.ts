import { readFileSync } from 'node:fs'
import type { Placement } from '../model/engine.js'

const read = (pid: number | 'self', name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Cores on which a process may run, as the kernel lists them; undefined off Linux, and when it is gone. */
export function allowedCores(pid: number | 'self'): string | undefined {
  return /^Cpus_allowed_list:\s+(\S+)/m.exec(read(pid, 'status'))?.[1]
}

/** The core on which a process ran last: field 39 of its `stat`, counted behind the name, which may hold anything. */
function lastCore(pid: number): number | undefined {
  const stat = read(pid, 'stat')
  const field = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[39 - 3]
  return field === undefined || field === '' ? undefined : Number(field)
}

/** Where a process may run and was seen, as it is now; undefined where the system does not tell. Two reads, about 50 µs. */
export function placementOf(what: string, pid: number | undefined): Placement | undefined {
  const allowed = pid === undefined ? undefined : allowedCores(pid)
  const seen = pid === undefined ? undefined : lastCore(pid)
  return allowed === undefined ? undefined : { what, allowed, ...(seen === undefined ? {} : { seen }) }
}
