import type { RunFile } from '../model/artefact.js'
import type { BudgetVerdict, MetricVerdict, ScenarioSettling } from '../model/verdict.js'

/** Minutes of one fresh start: from its first unit to the end of its last, in the middle of the starts so far. */
function minutesOfStart({ units }: RunFile): number | undefined {
  const spans = [...new Set(units.map(({ group }) => group))].map((group) => {
    const own = units.filter((unit) => unit.group === group)
    const begun = Math.min(...own.map(({ startedAt }) => startedAt))
    return Math.max(...own.map(({ startedAt, seconds }) => startedAt + seconds * 1_000)) - begun
  })
  const middle = spans.toSorted((a, b) => a - b)[Math.floor(spans.length / 2)]
  return middle === undefined ? undefined : middle / 60_000
}

/** What would settle a scenario: the most that one of its undecided figures needs, and at what price. */
export function settlingOf(
  file: RunFile,
  metrics: readonly MetricVerdict[],
  budgets: readonly BudgetVerdict[],
): ScenarioSettling | undefined {
  const open = [...metrics.filter(({ role }) => role === 'gate'), ...budgets].flatMap(({ name, settling }) =>
    settling === undefined ? [] : [{ figure: name, ...settling }],
  )
  const [worst] = open.toSorted((a, b) => (b.units ?? Infinity) - (a.units ?? Infinity) || 0)
  if (worst?.units === undefined) return worst
  const first = file.units.filter(({ phase, confirmation }) => phase === 'measure' && !confirmation)
  const sliced = first.filter(({ kind }) => kind === 'slices')
  const counted = sliced.length > 0 ? sliced : first
  const each = counted.length / Math.max(1, new Set(counted.map(({ group }) => group)).size)
  const starts = Math.ceil(worst.units / Math.max(1, each))
  const ofStart = minutesOfStart(file)
  return { ...worst, starts, ...(ofStart === undefined ? {} : { minutes: starts * ofStart }) }
}
