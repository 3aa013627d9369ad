import type { Profiler } from 'node:inspector'

/** What a worker's time is told as. */
export const kinds = {
  write: 'the system call that sends a request',
  native: 'system calls that wait for sockets and read them, and what else of Node is no JavaScript',
  node: "JavaScript of Node's own: sockets, timers, ticks",
  collector: 'collection of garbage',
  reading: 'ours: reading the answer, head and body',
  rest: 'ours: schedule, connections, parts, recording; and the journey',
} as const

export type Kind = keyof typeof kinds

const ofNative: Readonly<Record<string, Kind>> = {
  writeLatin1String: 'write',
  writeUtf8String: 'write',
  writeBuffer: 'write',
  '(garbage collector)': 'collector',
  '(program)': 'native',
}

const kindOf = ({ functionName, url }: Profiler.ProfileNode['callFrame']): Kind | undefined => {
  if (functionName === '(idle)') return undefined
  if (url === '') return ofNative[functionName] ?? 'rest'
  if (url.startsWith('node:')) return 'node'
  return /\/native\/http\/(head|parser|answer)\.js$/.test(url) ? 'reading' : 'rest'
}

/** Shares of a profile's time, without the idle, from 0 to 1. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Record<Kind, number> {
  const byId = new Map(nodes.map(({ id, callFrame }) => [id, kindOf(callFrame)]))
  const spent: Record<Kind, number> = { write: 0, native: 0, node: 0, collector: 0, reading: 0, rest: 0 }
  let all = 0
  for (const [index, id] of samples.entries()) {
    const kind = byId.get(id)
    if (kind === undefined) continue
    const time = timeDeltas[index] ?? 0
    spent[kind] += time
    all += time
  }
  for (const kind of Object.keys(spent) as Kind[]) spent[kind] /= all
  return spent
}
