import { cpus, release } from 'node:os'
import type { Fingerprint } from '../model/artefact.js'
import type { Config } from '../model/config.js'

/** Where processes were held, when that was asked for: without, nothing is added, so that sessions from before it stay what they are. */
function asked({ generator, embedded }: Config): Readonly<Record<string, string>> {
  const { workers = 1, cores, nice } = generator
  return {
    ...(workers === 1 ? {} : { workers: String(workers) }),
    ...(cores === undefined ? {} : { 'generator cores': cores }),
    ...(nice === undefined ? {} : { 'generator nice': String(nice) }),
    ...(embedded.cores === undefined ? {} : { 'target cores': embedded.cores }),
  }
}

/** What a run is, in three classes. */
export function fingerprint(options: {
  readonly config: Config
  readonly scenario: string
  readonly profile: string
  readonly planHash: string
  readonly engine: string
  readonly topology: string
  readonly subject: Readonly<Record<string, string>>
  /** What sent it, where that was not this machine. */
  readonly sentBy?: string | undefined
}): Fingerprint {
  const [cpu] = cpus()
  const here = `${cpu?.model.trim() ?? 'unknown'} × ${cpus().length}`
  return {
    must: {
      scenario: options.scenario,
      profile: options.profile,
      plan: options.planHash,
      engine: options.engine,
      machine: options.config.labels.machine ?? options.sentBy ?? here,
      topology: options.config.labels.topology ?? options.topology,
    },
    warn: { node: process.version, kernel: release(), ...asked(options.config) },
    subject: options.subject,
  }
}
