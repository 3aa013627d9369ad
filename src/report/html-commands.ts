import type { Verdict } from '../model/verdict.js'
import type { ScenarioRuns } from './input.js'
import { nextParts } from './next.js'
import { table } from './html-table.js'
import { markup, nothing, type Markup } from './markup.js'

/** The exact commands that repeat it, whole or in part, and that look at what there is without any load. */
export function commandsSection(verdict: Verdict, runs: readonly ScenarioRuns[]): Markup {
  const each = runs.flatMap(({ scenario, candidate, control }) => {
    const repeat = (candidate ?? control)?.file.repeat
    return repeat === undefined || repeat === verdict.repeat ? [] : [[`only ${scenario}`, repeat] as const]
  })
  const { command } = nextParts(verdict.next ?? '')
  const rows = [
    ['all of it, with the same seed', verdict.repeat] as const,
    ...(command === undefined || command === verdict.repeat
      ? []
      : [['what would settle it', command] as const]),
    ...each,
    ...(verdict.folder === undefined
      ? []
      : [['this page anew, from what is on disk', `vge-perf report ${verdict.folder}`] as const]),
  ]
  return markup`<section id="again" aria-labelledby="again-title"><h2 id="again-title">Again</h2>
${
  rows.length === 0
    ? nothing
    : table(
        ['to repeat', 'type'],
        rows.map(([what, typed]) => ({ cells: [what, { text: typed, kind: 'code' as const }] })),
        'Commands that repeat it',
      )
}
</section>
`
}
