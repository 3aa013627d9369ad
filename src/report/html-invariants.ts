import type { InvariantResult } from '../model/artefact.js'
import type { ScenarioVerdict } from '../model/verdict.js'
import { count } from './format.js'
import { table } from './html-table.js'
import { markup, nothing, type Markup } from './markup.js'
import { worstInvariantsFirst } from './order.js'
import { foldStarts, lookedAt, named, type ToldInvariant } from './rows.js'
import { invariantWord, spoken } from './words.js'

/** Invariants with every offending row that was kept. */
export function invariantSection({ invariants, waived }: ScenarioVerdict): Markup {
  if (invariants.length === 0 && waived.length === 0) return nothing
  const sorted = worstInvariantsFirst(foldStarts(invariants))
  return markup`<h3>Invariants</h3>
${table(['', 'must hold for every single event', 'state', 'what was found'], sorted.map(invariantRow), 'Invariants')}
${sorted.filter((one) => one.offenders.length > 0).map(offenders)}
${waived.length === 0 ? nothing : markup`<p>Waived by the configuration: ${waived.join(', ')}</p>`}`
}

function invariantRow(one: ToldInvariant): {
  cells: Parameters<typeof table>[1][number]['cells']
  tone: 'good' | 'bad' | 'unsure'
} {
  const found =
    one.status === 'broken'
      ? `${count(one.count)} offending, start ${one.group + 1}`
      : (one.reason ?? lookedAt(one))
  const tone = one.status === 'held' ? 'good' : one.status === 'broken' ? 'bad' : 'unsure'
  return {
    tone,
    cells: [
      one.id === one.name ? '' : one.id,
      one.title === one.name ? one.title : `${one.title} (${one.name})`,
      { text: spoken(invariantWord(one)), kind: 'word' },
      { text: found, kind: 'why' },
    ],
  }
}

function offenders(one: InvariantResult): Markup {
  const rest = one.count - one.offenders.length
  return markup`<h4>${named(one)}: what broke it</h4>
${table(
  ['id', 'what is wrong'],
  one.offenders.map((offender) => ({ cells: [offender.id, offender.what] })),
  `${named(one)}: offending rows`,
)}
${rest > 0 ? markup`<p class="quiet">… and ${count(rest)} more.</p>` : nothing}`
}
