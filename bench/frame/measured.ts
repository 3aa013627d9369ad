import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArmAccounting, GeneratorHealth } from '../../src/model/engine.js'
import { cores, startProgram } from './child.js'
import type { BenchLoad } from './load.js'
import type { Summaries } from './samples.js'

/** What the program `generator` is to do: loads that warm it up, and the one that is measured. */
export interface GeneratorJob {
  readonly before?: readonly BenchLoad[]
  readonly load: BenchLoad
}

/** What our engine says of one load, and what it cost. Times in microseconds. */
export interface Measured {
  readonly accounting: ArmAccounting
  readonly health: GeneratorHealth
  readonly elapsed: number
  readonly cutShort: boolean
  /** What the engine remarked, but for the beginning of its phases. */
  readonly events: readonly string[]
  readonly samples: Summaries
  /** CPU of the measured load alone: of the process that holds the engine, and of its workers. */
  readonly cpu: { readonly main: number; readonly workers: number }
}

/** Runs a load with the native engine in a process of its own, on the generator's core with its workers. */
export async function measure(job: GeneratorJob): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-bench-job-'))
  const file = join(folder, 'job.json')
  writeFileSync(file, JSON.stringify(job))
  const generator = startProgram('generator', cores.generator, [file])
  try {
    return (await generator.answer()) as Measured
  } finally {
    await generator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Why the figures of a load do not count, if they do not: something was not started, not answered, or wrong. */
export function trouble({ accounting, cutShort, events }: Measured): string | undefined {
  const { intended, notStarted, steps, errors } = accounting
  const found = [
    ...(cutShort ? ['it was cut short'] : []),
    ...(notStarted > 0 ? [`${notStarted} of ${intended} journeys were not started`] : []),
    ...(steps.answered < steps.begun
      ? [`${steps.begun - steps.answered} of ${steps.begun} steps got no answer`]
      : []),
    ...errors.map(({ count, reason, example }) => `${count} × ${reason} (${example})`),
    ...events,
  ]
  return found.length === 0 ? undefined : found.join('; ')
}
