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

/** The most connections of all workers together to one arm. `source-addresses.ts` says where their ports come from. */
export const connectionLimit = 50_000

/**
 * Throws `UserError` (exit 2) when `workers` processes may not open `wanted` connections together, beside what each needs itself. The limit is
 * each process's own, that of this one unless it is given; an embedded target has the same, and each of its nodes takes its part of the connections of its arm.
 */
export function checkDescriptors(wanted: number, workers = 1, limit = descriptorLimit()): void {
  const each = Math.ceil(wanted / workers)
  const needed = each + reservedDescriptors
  if (limit >= needed) return
  const room = limit - reservedDescriptors
  const share = room > 0 ? `share it out with \`--workers ${Math.ceil(wanted / room)}\`, ` : ''
  throw new UserError(
    `This load needs ${needed} open files in each process that sends it (${each} connections and ${reservedDescriptors} of its own), but a process may open only ${limit}.`,
    {
      hint: `Type \`ulimit -Hn ${needed} && ulimit -n ${needed}\` as root in this shell and run again (a service: LimitNOFILE=${needed}; a container: \`--ulimit nofile=${needed}\`), ${share}or choose a smaller profile.`,
      reason: 'too_few_descriptors',
    },
  )
}
