import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningTarget } from '../frame/target.js'
import { isCommand, timed } from './command.js'
import { cpuSince, type Figures, type Generator } from './generator.js'
import { k6Script } from './k6-script.js'
import { connections, type LoadName } from './loads.js'

const binary = process.env.K6_BIN ?? 'k6'

// Some seconds of work; a run of almost nothing tells what its start takes.
const iterations: Readonly<Record<LoadName, number>> = { get: 80_000, journey: 25_000 }

const run = async ({ url, pid }: RunningTarget, load: LoadName, journeys: number): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-bench-'))
  const script = join(folder, 'script.js')
  writeFileSync(script, k6Script(url, load, journeys))
  const targetUsed = cpuSince(pid)
  try {
    const { stdout, cpu } = await timed(binary, ['run', '--quiet', '--no-usage-report', script])
    const targetCpu = targetUsed()
    const { good, seconds } = JSON.parse(stdout) as { readonly good: number; readonly seconds: number }
    if (good !== journeys) throw new Error(`k6 found ${good} of ${journeys} journeys good`)
    return { journeys, cpu, seconds, targetCpu }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A generator in Go that runs scripts. What it takes to start is not counted. */
export const k6: Generator = {
  name: 'k6',
  missing: () =>
    isCommand(binary) ? undefined : 'there is no k6: put a release of it into PATH, or its path into K6_BIN',
  measure: async (target, load) => {
    const start = await run(target, load, connections)
    const all = await run(target, load, iterations[load])
    return { ...all, journeys: all.journeys - start.journeys, cpu: all.cpu - start.cpu }
  },
}
