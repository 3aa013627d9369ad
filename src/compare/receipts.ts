import type { Run } from '../model/artefact.js'
import { namesOf } from './units.js'
import { plural } from './words.js'

/** Wins that left no receipt, or receipts without a win, in a sentence a kind. Over all units: warm-up makes facts too. */
export function lostReceipts(run: Run): readonly string[] {
  const wins = Object.entries(run.file.promises.wins).flatMap(([step, outcomes]) =>
    Object.entries(outcomes).map(([outcome, kind]) => ({ step, outcome, kind })),
  )
  return [...new Set(wins.map((win) => win.kind))].flatMap((kind) => {
    let counted = 0
    let kept = 0
    for (const { accounting } of run.file.units) {
      kept += accounting.receipts[kind] ?? 0
      for (const win of wins.filter((one) => one.kind === kind))
        for (const name of namesOf(win.step, Object.keys(accounting.outcomes)))
          counted += accounting.outcomes[name]?.[win.outcome] ?? 0
    }
    if (counted === kept) return []
    return [
      `${plural(counted, 'win')} counted, but ${plural(kept, 'receipt')} of kind ${kind} kept (${run.file.arm})`,
    ]
  })
}

/** Units whose journeys or steps do not add up, in a sentence each. */
export function unaccounted(run: Run): readonly string[] {
  return run.file.units.flatMap(({ index, accounting }) => {
    const { intended, started, notStarted, steps } = accounting
    const where = `unit ${index} of the ${run.file.arm}`
    const ended = steps.answered + steps.timedOut + steps.failed
    return [
      ...(intended === started + notStarted
        ? []
        : [`${where}: ${intended} journeys intended, ${started} started and ${notStarted} not`]),
      ...(steps.begun === ended ? [] : [`${where}: ${steps.begun} steps begun, ${ended} ended`]),
    ]
  })
}
