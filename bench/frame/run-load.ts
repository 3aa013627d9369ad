import type { Engine } from '../../src/model/engine.js'
import { cpuOfFamily } from './family.js'
import { planOf, type BenchLoad } from './load.js'
import type { Measured } from './measured.js'
import { Samples } from './samples.js'

const spent = (before: ReadonlyMap<number, number>): Measured['cpu'] => {
  let workers = 0
  let main = 0
  for (const [pid, used] of cpuOfFamily(process.pid)) {
    if (pid === process.pid) main = used - (before.get(pid) ?? 0)
    else workers += used - (before.get(pid) ?? 0)
  }
  return { main, workers }
}

/** Runs a load with an engine of this process. The CPU holds the start of the workers unless something ran before. */
export async function runLoad(engine: Engine, load: BenchLoad): Promise<Measured> {
  const { plan, remove } = planOf(load)
  const samples = new Samples()
  const events: string[] = []
  const before = cpuOfFamily(process.pid)
  try {
    const { arms, health, elapsed, cutShort } = await engine.run(
      plan,
      {
        interval: (interval) => samples.add(interval),
        receipt: () => {},
        event: ({ kind, text }) => void (kind === 'phase' ? 0 : events.push(text)),
        exemplar: () => {},
        progress: () => {},
      },
      new AbortController().signal,
    )
    const cpu = spent(before)
    const accounting = arms.candidate
    if (accounting === undefined) throw new Error('The engine accounts for no candidate.')
    return { accounting, health, elapsed, cutShort, events, samples: samples.summaries(), cpu }
  } finally {
    remove()
  }
}
