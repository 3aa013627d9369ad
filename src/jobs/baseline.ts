import { join } from 'node:path'
import { exitCode, UserError } from '../model/errors.js'
import type { Verdict } from '../model/verdict.js'
import { assertWritable, checkBaseline, saveSession } from '../store/index.js'
import { gate, type GateOptions } from './gate.js'
import { sessionOf } from './session.js'

/** Whether nothing but the machine's minute spoke against it. Whoever chose among a target's own figures would keep the lucky ones. */
const isSpoilt = ({ scenarios }: Verdict): boolean =>
  scenarios.every(
    ({ exit, reason, health }) =>
      exit === exitCode.pass || (reason === 'generator_behind' && health.mayRecover === true),
  )

/** Sessions in a row that a noisy machine may spoil: the next would fare no better. */
const mostSpoilt = 3

/**
 * Measures sessions, each on a fresh start, and keeps each in a file of its own; one that the machine spoilt is measured once more.
 * Returns their paths.
 */
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
  let kept = 0
  let spoilt = 0
  for (let number = 1; kept < baseline.sessions; number += 1) {
    const folder = join(options.folder, `session-${number}`)
    const { verdict, judged } = await gate({ ...options, folder, noRegressionCheck: true })
    if (verdict.exit !== exitCode.pass && isSpoilt(verdict) && (spoilt += 1) < mostSpoilt) {
      const so = `kept ${kept} of ${baseline.sessions}`
      const doing = `attempt ${number} does not count (${so}), once more, ${mostSpoilt} in a row at most: ${verdict.headline}`
      options.say({ scenario: '', doing, lasting: true })
      continue
    }
    if (verdict.exit !== exitCode.pass) {
      const rest = baseline.sessions - kept
      const before =
        kept === 0
          ? 'None was kept.'
          : `Kept ${kept} of ${baseline.sessions}: --sessions ${rest} records the rest.`
      throw new UserError(`Attempt ${number} cannot be a session of a baseline: ${verdict.headline}`, {
        hint: `${before} Its page: vge-perf report ${folder}`,
        exit: verdict.exit,
        reason: verdict.reason,
      })
    }
    kept += 1
    spoilt = 0
    for (const { candidate } of judged) {
      paths.push(await saveSession(baseline.root, sessionOf(baseline.name, candidate)))
    }
  }
  return paths
}
