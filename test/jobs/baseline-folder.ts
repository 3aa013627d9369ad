import type { BaselineSession } from '../../src/model/artefact.js'
import { formatVersion } from '../../src/model/artefact.js'
import { saveSession } from '../../src/store/index.js'
import { draws } from '../stats/draws.js'

export interface Recorded {
  readonly name?: string
  readonly scenario?: string
  readonly sessions: number
  /** ISO 8601, of the first one; one a day follows. */
  readonly from: string
  /** Factor of all latencies from the session with this number on. */
  readonly step?: { readonly at: number; readonly factor: number }
  /** Spread from session to session, of the logarithm. */
  readonly sigma?: number
  readonly machine?: string
  readonly promoted?: boolean
}

/** Sessions as a baseline would record them day by day, seeded by what is asked for. */
export function recorded(asked: Recorded): readonly BaselineSession[] {
  const { name = 'main', scenario = 'checkout', sessions, step, sigma = 0.03, machine = 'm1' } = asked
  const { normal } = draws(`${scenario} ${machine} ${asked.from}`)
  return Array.from({ length: sessions }, (_, index) => {
    const recordedAt = new Date(Date.parse(asked.from) + index * 86_400_000).toISOString()
    const factor = step !== undefined && index >= step.at ? step.factor : 1
    const about = (value: number): number =>
      Number((value * factor * Math.exp(sigma * normal())).toPrecision(5))
    return {
      formatVersion,
      name,
      session: recordedAt.replaceAll(/[:.]/g, '-'),
      recordedAt,
      ...(asked.promoted === undefined ? {} : { promoted: asked.promoted }),
      scenario,
      profile: 'ci',
      fingerprint: {
        must: { scenario, profile: 'ci', machine },
        warn: { node: 'v20' },
        subject: { commit: `c${(1_000 + index).toString(16)}` },
      },
      metrics: {
        'whole p50': { value: about(4_100), count: 2_000 },
        'reserve p75–p95': { value: Number((9_800 * Math.exp(sigma * normal())).toPrecision(5)), count: 900 },
        'achieved share': { value: 1, count: 2_000 },
        'error share': { value: 0, count: 8_000 },
      },
    }
  })
}

export async function fill(root: string, ...asked: readonly Recorded[]): Promise<void> {
  for (const session of asked.flatMap(recorded)) await saveSession(root, session)
}
