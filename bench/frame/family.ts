import { readdirSync, readFileSync } from 'node:fs'
import { cpuOf } from './child.js'

const parentOf = (pid: number): number => {
  try {
    // Behind the name, which may hold blanks and brackets: state, then parent.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return NaN
  }
}

/** CPU that a process and each of its children have used so far, microseconds, by process id. Linux. */
export function cpuOfFamily(pid: number): ReadonlyMap<number, number> {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((other) => Number.isInteger(other) && parentOf(other) === pid)
  return new Map([pid, ...children].map((member) => [member, cpuOf(member)]))
}
