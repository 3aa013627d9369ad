import { readFileSync } from 'node:fs'

/** A file of the kernel as text; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined

export const kernelFile: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** What a container or a service may use; absent where nothing limits it. */
interface CgroupLimits {
  /** Cores' worth of CPU time. */
  readonly cores?: number
  /** Bytes that it may still take, files that can be dropped among them. */
  readonly memory?: number
}

const root = '/sys/fs/cgroup'

/** A group and all that it is in: each may have a limit of its own. */
const upwards = (path: string): readonly string[] => {
  const parts = path.split('/').filter((part) => part !== '')
  return Array.from({ length: parts.length + 1 }, (_, drop) =>
    ['', ...parts.slice(0, parts.length - drop)].join('/'),
  )
}

/** Folders of this process's groups: version 2 has one tree, version 1 one a controller. */
const foldersOf = (file: ReadFile, controller: string): readonly string[] => {
  const lines = (file('/proc/self/cgroup') ?? '').matchAll(/^\d+:([^:]*):(.*)$/gm)
  return [...lines].flatMap(([, controllers = '', path = '']) => {
    if (controllers === '') return upwards(path).map((folder) => root + folder)
    if (!controllers.split(',').includes(controller)) return []
    return [...new Set([controllers, controller])].flatMap((name) =>
      upwards(path).map((folder) => `${root}/${name}${folder}`),
    )
  })
}

const least = (values: readonly number[]): number | undefined => {
  // Version 1 writes "no limit" as a number near 2^63.
  const limits = values.filter((value) => value < 2 ** 60)
  return limits.length === 0 ? undefined : Math.min(...limits)
}

const quotaOf = (file: ReadFile, folder: string): number => {
  const [quota = 'max', period] = (file(`${folder}/cpu.max`) ?? '').trim().split(' ')
  if (period !== undefined && quota !== 'max') return Number(quota) / Number(period)
  const old = Number(file(`${folder}/cpu.cfs_quota_us`) ?? -1)
  return old > 0 ? old / Number(file(`${folder}/cpu.cfs_period_us`) ?? 100_000) : Infinity
}

const roomOf = (file: ReadFile, folder: string): number => {
  const number = (...names: readonly string[]): number =>
    Number(names.map((name) => file(`${folder}/${name}`)).find((text) => text !== undefined) ?? NaN)
  const limit = number('memory.max', 'memory.limit_in_bytes')
  const used = number('memory.current', 'memory.usage_in_bytes')
  const files = /^(?:total_)?inactive_file (\d+)/m.exec(file(`${folder}/memory.stat`) ?? '')?.[1] ?? 0
  return Number.isFinite(limit) && limit < 2 ** 60 ? limit - (used || 0) + Number(files) : Infinity
}

/** Limits of the control groups of this process. Source: Linux, cgroup-v2.rst and cgroup-v1/{memory,../sched-bwc}.rst. */
export function cgroupLimits(file: ReadFile): CgroupLimits {
  const cores = least(foldersOf(file, 'cpu').map((folder) => quotaOf(file, folder)))
  const memory = least(foldersOf(file, 'memory').map((folder) => roomOf(file, folder)))
  return { ...(cores === undefined ? {} : { cores }), ...(memory === undefined ? {} : { memory }) }
}
