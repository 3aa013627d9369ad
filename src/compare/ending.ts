import type { Run } from '../model/artefact.js'
import type { Finding } from './findings.js'
import { lostReceipts, unaccounted } from './receipts.js'

const lost = { target_lost: 'the target went away', engine_failed: 'the load generator failed' } as const

/** A scenario whose journey throws has not measured what it says; that is nobody's slowness. */
function threw(run: Run): readonly Finding[] {
  const errors = run.file.units
    .flatMap(({ accounting }) => accounting.errors)
    .filter(({ reason }) => reason === 'journey_threw')
  const count = errors.reduce((sum, error) => sum + error.count, 0)
  if (count === 0) return []
  const sentence = `the journey of the scenario threw ${count === 1 ? 'once' : `${count} times`} (${run.file.arm}): ${errors[0]?.example ?? ''}`
  return [{ outcome: 'failed', reason: 'journey_threw', sentence }]
}

/** How the runs themselves went: cut short, lost, or not adding up. Only a run that is over must have an end. */
export function judgeEnding(runs: readonly Run[], over: boolean): readonly Finding[] {
  return runs.flatMap((run) => {
    const { end, arm } = run.file
    if (end?.status === 'interrupted')
      return [
        {
          outcome: 'interrupted',
          reason: 'interrupted',
          sentence: 'interrupted; what was measured until then is kept',
        },
      ]
    if (end !== undefined && end.status !== 'complete') {
      const why = end.message === undefined ? '' : `: ${end.message}`
      return [{ outcome: 'failed', reason: end.status, sentence: `${lost[end.status]} (${arm})${why}` }]
    }
    return [
      ...threw(run),
      ...unaccounted(run).map((sentence): Finding => ({
        outcome: 'failed',
        reason: 'unaccounted',
        sentence,
      })),
      ...lostReceipts(run).map((sentence): Finding => ({
        outcome: 'failed',
        reason: 'receipts_lost',
        sentence,
      })),
      ...(end === undefined && over
        ? [
            {
              outcome: 'inconclusive',
              reason: 'run_incomplete',
              sentence: `the run of the ${arm} has no end: it was killed`,
            } as const,
          ]
        : []),
    ]
  })
}
