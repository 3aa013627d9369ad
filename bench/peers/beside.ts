import type { BenchContext, Row } from '../frame/bench.js'
import { pinned } from '../frame/child.js'
import { median, sideBySide } from '../frame/rounds.js'
import { startTarget, type RunningTarget } from '../frame/target.js'
import type { Figures, Generator } from './generator.js'
import type { LoadName } from './loads.js'
import { ours } from './ours.js'

/** Runs something with the fast target, which ends with it. */
export async function withTarget<T>(work: (target: RunningTarget) => Promise<T>): Promise<T> {
  const target = await startTarget('fast')
  try {
    return await work(target)
  } finally {
    await target.stop()
  }
}

/** The row of a peer that is missing: its goal was not kept, since nobody looked. */
export const notMeasured = ({ missing }: Generator, row: Omit<Row, 'ours' | 'note'>): Row => ({
  ...row,
  ours: NaN,
  note: `not measured: ${missing() ?? 'it was left out'}`,
})

/** Those that can run here; of the others it says what is missing. */
export function peersHere(peers: readonly Generator[], log: BenchContext['log']): Generator[] {
  return peers.filter((peer) => {
    const missing = peer.missing()
    if (missing !== undefined) log(`${peer.name} is left out: ${missing}`)
    return missing === undefined
  })
}

const targetShare = ({ targetCpu, seconds }: Figures): number => targetCpu / (seconds * 1_000_000)

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`

/** Ours and a peer by turns on one target. The note says how busy the target was with each. */
export async function beside(
  { rounds, log }: BenchContext,
  target: RunningTarget,
  peer: Generator,
  load: LoadName,
  figure: (figures: Figures) => number,
): Promise<Pick<Row, 'ours' | 'peer' | 'ratio' | 'spread' | 'note'>> {
  const busy = new Map<string, number[]>([ours, peer].map(({ name }) => [name, []]))
  const waited: number[] = []
  const measure = (generator: Generator) => async (): Promise<number> => {
    const figures = await generator.measure(target, load)
    busy.get(generator.name)?.push(targetShare(figures))
    const { cpu, work = cpu } = figures
    if (generator === ours) waited.push(1 - work / cpu)
    log(
      `${generator.name}: ${(cpu / figures.journeys).toFixed(2)} µs a ${load}, ${percent(1 - work / cpu)} of it busy waiting, ` +
        `${Math.round(figures.journeys / figures.seconds)}/s, target busy to ${percent(targetShare(figures))}`,
    )
    return figure(figures)
  }
  const row = await sideBySide(rounds, measure(ours), { name: peer.name, measure: measure(peer) })
  const shares = [...busy].map(([name, all]) => `${percent(median(all))} with ${name}`).join(', ')
  const note = [
    `Target in raw Node, busy to ${shares}`,
    `of our CPU ${percent(median(waited))} was busy waiting`,
    ...(pinned === undefined ? [] : [pinned]),
  ].join('; ')
  return { ...row, note: `${note}.` }
}
