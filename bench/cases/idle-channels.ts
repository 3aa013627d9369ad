import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { cores, pinned, startProgram } from '../frame/child.js'
import { median, sideBySide } from '../frame/rounds.js'
import type { Memory } from '../frame/settled-memory.js'
import { startTarget } from '../frame/phoenix-target.js'

const count = 10_000

interface Cost {
  readonly rss: number
  readonly held: number
}

/** Bytes that each of the channels costs that a program joins, in a process of its own. */
const costOf = async (program: string): Promise<Cost> => {
  const target = await startTarget()
  const child = startProgram(program, cores.generator, [target.url, String(count)])
  try {
    const { before, after } = (await child.answer()) as { before: Memory; after: Memory }
    const { channels } = await target.control('stop')
    if (channels !== count) throw new Error(`the target has ${channels} channels of ${program}, not ${count}`)
    return { rss: (after.rss - before.rss) / count, held: (after.held - before.held) / count }
  } finally {
    await child.stop()
    await target.stop()
  }
}

const measure = async ({ rounds, log }: BenchContext): Promise<Row[]> => {
  const costs: Record<'idle-channels' | 'idle-phoenix', Cost[]> = { 'idle-channels': [], 'idle-phoenix': [] }
  const one = async (program: keyof typeof costs): Promise<number> => {
    const cost = await costOf(program)
    log(
      `${program}: ${Math.round(cost.rss)} B resident, ${Math.round(cost.held)} B held by JavaScript a channel`,
    )
    costs[program].push(cost)
    return cost.rss
  }
  const row = await sideBySide(rounds, () => one('idle-channels'), {
    name: 'phoenix over ws',
    measure: () => one('idle-phoenix'),
  })
  const ours = costs['idle-channels']
  const resident = ours.map(({ rss }) => rss)
  const held = (of: readonly Cost[]): number => median(of.map((cost) => cost.held))
  const note = [
    `${count} channels, each on a socket of its own; RSS after a forced collection, less the same before; the room of V8's young, used up each time, is in both`,
    pinned,
  ]
    .filter((part) => part !== undefined)
    .join('; ')
  return [
    {
      id: 'idle-channel.memory',
      what: 'memory of an idle joined channel',
      unit: 'B',
      ours: median(resident),
      spread: [Math.min(...resident), Math.max(...resident)],
      goal: { atMost: 10_000 },
      note,
    },
    { id: 'idle-channel.phoenix', what: 'the same, beside the client of Phoenix', unit: 'B', ...row },
    {
      id: 'idle-channel.held',
      what: 'of it, held by JavaScript',
      unit: 'B',
      ours: held(ours),
      peer: { name: 'phoenix over ws', value: held(costs['idle-phoenix']) },
      ratio: held(ours) / held(costs['idle-phoenix']),
    },
  ]
}

export const idleChannels: Bench = {
  name: 'idle-channels',
  about: 'what a joined channel costs while nothing happens on it, beside the npm client of Phoenix over ws',
  run: measure,
}
