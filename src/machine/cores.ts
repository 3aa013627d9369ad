import { UserError } from '../model/errors.js'

/** Cores of a list as the kernel and `taskset` write it, such as `0,2-3`, in order; undefined when it is none. */
export function coresIn(list: string): readonly number[] | undefined {
  const cores = new Set<number>()
  for (const part of list.split(',')) {
    const [, from, to] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim()) ?? []
    if (from === undefined || Number(to ?? from) < Number(from)) return undefined
    for (let core = Number(from); core <= Number(to ?? from); core += 1) cores.add(core)
  }
  return [...cores].toSorted((a, b) => a - b)
}

/** Writes cores as the kernel does. */
export function coreList(cores: readonly number[]): string {
  const runs: { readonly from: number; to: number }[] = []
  for (const core of cores.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last?.to === core - 1) last.to = core
    else runs.push({ from: core, to: core })
  }
  return runs.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

/** The list as it was given. Throws `UserError` when it is none; `what` names where it was given. */
export function coresOf(list: string, what: string): string {
  const cores = coresIn(list)
  if (cores !== undefined) return coreList(cores)
  throw new UserError(`${what}: "${list}" is no list of cores.`, {
    hint: 'Write numbers and ranges, such as 0 or 0,2-3.',
    reason: 'bad_cores',
  })
}
