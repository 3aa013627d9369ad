import { join } from 'node:path'
import { sessionMetrics } from '../compare/baseline.js'
import { UserError } from '../model/errors.js'
import { formatVersion, type BaselineSession } from '../model/artefact.js'
import { saveSession } from '../store/index.js'
import { gate, type GateOptions } from './gate.js'

/** Measures sessions, each on a fresh start, and keeps each in a file of its own. Returns their paths. */
export async function recordBaseline(
  options: Omit<GateOptions, 'noRegressionCheck' | 'baseline'>,
  baseline: { readonly root: string; readonly name: string; readonly sessions: number },
): Promise<readonly string[]> {
  const paths: string[] = []
  for (let number = 0; number < baseline.sessions; number += 1) {
    const folder = join(options.folder, `session-${number + 1}`)
    const { verdict, judged } = await gate({ ...options, folder, noRegressionCheck: true })
    if (verdict.exit !== 0) {
      throw new UserError(`Session ${number + 1} cannot be a baseline: ${verdict.headline}`, {
        hint: `See ${folder}. The ${paths.length / Math.max(1, judged.length)} sessions before it are kept.`,
        exit: verdict.exit,
        reason: verdict.reason,
      })
    }
    for (const { candidate } of judged) {
      const session: BaselineSession = {
        formatVersion,
        name: baseline.name,
        session: candidate.file.startedAt.replaceAll(/[:.]/g, '-'),
        recordedAt: candidate.file.startedAt,
        scenario: candidate.file.scenario,
        profile: candidate.file.profile,
        fingerprint: candidate.file.fingerprint,
        metrics: sessionMetrics(candidate),
      }
      paths.push(await saveSession(baseline.root, session))
    }
  }
  return paths
}
