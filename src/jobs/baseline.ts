import { join } from 'node:path'
import { UserError } from '../model/errors.js'
import { assertWritable, checkBaseline, saveSession } from '../store/index.js'
import { gate, type GateOptions } from './gate.js'
import { sessionOf } from './session.js'

/** Measures sessions, each on a fresh start, and keeps each in a file of its own. Returns their paths. */
export async function recordBaseline(
  options: Omit<GateOptions, 'noRegressionCheck' | 'baseline'>,
  baseline: { readonly root: string; readonly name: string; readonly sessions: number },
): Promise<readonly string[]> {
  // Known before anything is measured.
  if (baseline.name.includes('@')) {
    throw new UserError(`"${baseline.name}" is a pinned release: nothing is recorded into it.`, {
      hint: 'Record into the baseline itself, and pin it.',
      reason: 'pinned',
    })
  }
  checkBaseline(baseline.name)
  await assertWritable(baseline.root)
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
      paths.push(await saveSession(baseline.root, sessionOf(baseline.name, candidate)))
    }
  }
  return paths
}
