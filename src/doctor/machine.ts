import { availableParallelism, totalmem } from 'node:os'
import { descriptorLimit } from '../engine/native/limits.js'
import { kernelFile, type ReadFile } from '../machine/cgroup.js'
import { allowedCores } from '../machine/placement.js'

/** What is asked of this machine and this process. */
export interface Machine {
  readonly file: ReadFile
  readonly env: NodeJS.ProcessEnv
  readonly node: {
    readonly version: string
    readonly platform: string
    readonly arch: string
    /** Flags of Node, from its command line and NODE_OPTIONS. */
    readonly flags: readonly string[]
  }
  /** Cores on which this process may run, as a list where the kernel tells it. */
  readonly allowed: string | undefined
  readonly parallelism: number
  /** Bytes. */
  readonly memory: number
  /** Files and sockets that a process may have open. */
  readonly descriptors: number
}

export function thisMachine(): Machine {
  const { env, version, platform, arch, execArgv } = process
  const flags = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].filter((flag) => flag !== '')
  return {
    file: kernelFile,
    env,
    node: { version, platform, arch, flags },
    allowed: allowedCores('self'),
    parallelism: availableParallelism(),
    memory: totalmem(),
    descriptors: descriptorLimit(),
  }
}
