import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process with this number exists (a zombie does not count where /proc tells). */
export function isAlive(pid: number): boolean {
  return bornAt(pid) !== undefined
}

/**
 * When a process started, as text that is only good for comparing: a number that the system gave to another process has another.
 * Undefined when there is no such process.
 */
export function bornAt(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    if (process.platform !== 'linux') {
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      )
    }
    // After the name, which may hold blanks and brackets: state is the third field, the start the 22nd. See proc(5).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
