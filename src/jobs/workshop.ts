import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../engine/index.js'
import { scratch } from '../loader/load.js'
import { openContract } from '../measure/contract.js'
import type { MeasureContext, Progress } from '../measure/context.js'
import type { Config } from '../model/config.js'
import type { Engine } from '../model/engine.js'
import { startWatchdog, type Watchdog } from '../target/watchdog.js'

/** What the jobs share of a command line. */
export interface JobOptions {
  readonly config: Config
  readonly seed: string
  readonly workers: number
  readonly signal: AbortSignal
  readonly say: (progress: Progress) => void
  /** Command line that repeats it, without secrets. */
  readonly repeat: string
  /** Sends the load; that of the configuration when absent. */
  readonly engine?: Engine
}

/** One for the process: the compiled modules in the scratch folder outlive a job. */
let guard: Watchdog | undefined

/** Lends a measuring context: engine, contract, temporary folder. All of it ends with `work`, however that ends. */
export async function withWorkshop<T>(
  options: JobOptions,
  work: (context: MeasureContext) => Promise<T>,
): Promise<T> {
  const { config } = options
  const { contract, module } = await openContract(config)
  const folder = mkdtempSync(join(scratch(), 'job-'))
  // Rows and secrets lie there: they go also when this process is killed.
  guard ??= startWatchdog(scratch())
  const engine =
    options.engine ?? createEngine(config.generator.engine ?? 'native', { generator: config.generator })
  try {
    return await work({
      contract,
      contractModule: module,
      config,
      engine,
      folder,
      seed: options.seed,
      workers: options.workers,
      signal: options.signal,
      say: options.say,
    })
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
