import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { UserError } from '../../model/errors.js'

const fromProc = (): string | undefined => {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

const fromShell = (): string => {
  try {
    return execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unlimited'
  }
}

/** How many files and sockets this process may have open. Node raises the soft limit to the hard one when it starts. */
export function descriptorLimit(): number {
  const found = Number(fromProc() ?? fromShell())
  return Number.isInteger(found) && found > 0 ? found : Number.POSITIVE_INFINITY
}

/** Descriptors that a process needs beside its connections: pipes, modules, log files. */
export const reservedDescriptors = 200

/** The most connections of all workers together; below the about 28,000 ports that one address has for one target. */
export const connectionLimit = 12_000

/** Throws `UserError` (exit 2) when one process may not open `wanted` connections beside what it needs itself. */
export function checkDescriptors(wanted: number): void {
  const needed = wanted + reservedDescriptors
  const limit = descriptorLimit()
  if (limit >= needed) return
  throw new UserError(
    `This load needs ${needed} open files (${wanted} connections and ${reservedDescriptors} of its own), but a process may open only ${limit}.`,
    {
      hint: `Type \`ulimit -Hn ${needed} && ulimit -n ${needed}\` in this shell and run again (a container: start it with \`--ulimit nofile=${needed}\`), or choose a smaller profile.`,
      reason: 'too_few_descriptors',
    },
  )
}
