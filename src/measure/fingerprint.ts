import { cpus, release } from 'node:os'
import type { Fingerprint } from '../model/artefact.js'
import type { Config } from '../model/config.js'

/** What a run is, in three classes. Source: design.md, "Fingerprint". */
export function fingerprint(options: {
  readonly config: Config
  readonly scenario: string
  readonly profile: string
  readonly planHash: string
  readonly engine: string
  readonly topology: string
  readonly subject: Readonly<Record<string, string>>
}): Fingerprint {
  const [cpu] = cpus()
  return {
    must: {
      scenario: options.scenario,
      profile: options.profile,
      plan: options.planHash,
      engine: options.engine,
      machine: options.config.labels.machine ?? `${cpu?.model.trim() ?? 'unknown'} × ${cpus().length}`,
      topology: options.config.labels.topology ?? options.topology,
    },
    warn: { node: process.version, kernel: release() },
    subject: options.subject,
  }
}
