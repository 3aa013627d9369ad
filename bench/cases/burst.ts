import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { cores } from '../frame/child.js'
import { getOf, warmUp } from '../frame/get.js'
import { measure, trouble, type Measured } from '../frame/measured.js'
import { alone, median } from '../frame/rounds.js'
import { startTarget } from '../frame/target.js'
import { capture } from '../frame/tcpdump.js'

const size = 10_000
const ms = (micros: number): number => micros / 1_000

/** One burst on warm connections: what the engine says of it, and when its packets passed. */
async function once(): Promise<{ readonly measured: Measured; readonly packets: readonly number[] }> {
  // Another target, so that what warms the generator up is not among the packets.
  const [target, other] = [await startTarget('queue'), await startTarget('queue')]
  try {
    const load = { ...getOf('/at-once/{n}'), connections: size }
    const before = [{ ...warmUp(other.url), connections: size }]
    const starts = Array.from({ length: size }, () => 0)
    const watching = await capture(target.port, cores.target)
    const measured = await measure({ before, load: { ...load, url: target.url, starts, burst: true } })
    return { measured, packets: await watching.stop() }
  } finally {
    await target.stop()
    await other.stop()
  }
}

/** From the first to the last start, as the engine reports it: its lags differ by just that. Microseconds. */
const windowOf = ({ samples }: Measured): number => {
  const lag = samples['whole']?.lag
  return lag === undefined || lag.count !== size ? NaN : lag.quantiles.max - lag.least
}

const lengthOf = (times: readonly number[]): number =>
  times.length === size ? Math.max(...times) - Math.min(...times) : NaN

async function rows({ rounds, log }: BenchContext): Promise<readonly Row[]> {
  const windows: number[] = []
  const notes = new Set<string>()
  const packets = await alone(rounds, async () => {
    const burst = await once()
    const wrong = trouble(burst.measured)
    if (wrong !== undefined) notes.add(wrong)
    notes.add(`${burst.packets.length} packets with data`)
    windows.push(ms(windowOf(burst.measured)))
    log(`${burst.packets.length} packets in ${ms(lengthOf(burst.packets)).toFixed(1)} ms`)
    return wrong === undefined ? ms(lengthOf(burst.packets)) : NaN
  })
  return [
    {
      id: 'burst.packets',
      what: `${size} requests at once, connections warm: first to last packet`,
      unit: 'ms',
      ...packets,
      goal: { atMost: 150 },
      note: [...notes].join('; '),
    },
    {
      id: 'burst.starts',
      what: 'the same: first to last start, as the engine reports it',
      unit: 'ms',
      ours: median(windows),
      spread: [Math.min(...windows), Math.max(...windows)],
    },
  ]
}

/** How long a burst takes to leave, by the clock of the kernel. Needs tcpdump. */
export const burst: Bench = {
  name: 'burst',
  about: `first to last packet of ${size} requests that are to start at one instant (needs tcpdump)`,
  run: rows,
}
