import type { Run } from '../model/artefact.js'
import { clockWentBack } from './clock.js'
import { miscounted } from './counted.js'
import type { Finding } from './findings.js'
import { lostReceipts, unaccounted } from './receipts.js'

// What ends a run early need not be the generator's: a target that cannot be reached does, too.
const lost = { target_lost: 'the target went away', engine_failed: 'the run broke off' } as const

/** What the scenario or its contract got wrong. */
const mistakes: ReadonlySet<string> = new Set(['journey_threw', 'contract_threw'])

/** A scenario whose journey throws has not measured what it says; that is nobody's slowness. */
function threw(run: Run): readonly Finding[] {
  const errors = run.file.units
    .flatMap(({ accounting }) => accounting.errors)
    .filter(({ reason }) => mistakes.has(reason))
  const count = errors.reduce((sum, error) => sum + error.count, 0)
  if (count === 0) return []
  const sentence = `the code of the scenario threw ${count === 1 ? 'once' : `${count} times`} (${run.file.arm}): ${errors[0]?.example ?? ''}`
  return [{ outcome: 'failed', reason: 'journey_threw', sentence }]
}

/** A watcher that never came in, for a reason of the scenario's own, heard nothing for anybody. */
function absent(run: Run): readonly Finding[] {
  const most = Math.max(0, ...run.file.units.map(({ accounting }) => accounting.audience?.absent ?? 0))
  if (most === 0) return []
  const members = Math.max(...run.file.units.map(({ accounting }) => accounting.audience?.members ?? 0))
  const sentence = `${most} of ${members} watchers never came in (${run.file.arm}): what the scenario's audience does ended in an error, or not at all`
  return [{ outcome: 'failed', reason: 'audience_absent', sentence }]
}

/** What was cut off may be what would have decided. A run without an end says so by itself. */
function damaged(run: Run): readonly Finding[] {
  const { file } = run
  if (file.end === undefined) return []
  const [first, ...more] = [...run.damage, ...miscounted(run)]
  if (first === undefined) return []
  const rest = more.length === 0 ? '' : `, and ${more.length} more`
  const sentence = `the run of the ${file.arm} is damaged: ${first}${rest}`
  return [{ outcome: 'inconclusive', reason: 'run_damaged', sentence }]
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
      ...clockWentBack(run),
      ...threw(run),
      ...absent(run),
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
      ...(over ? damaged(run) : []),
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
