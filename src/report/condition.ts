import type { Condition } from '../model/condition.js'
import { left, paint, wrap, type Line } from './layout.js'
import type { Word } from './words.js'

const words: Readonly<Record<Condition['state'], Word>> = {
  ok: { sign: '✓', text: 'ok', tone: 'good' },
  warning: { sign: '?', text: 'warning', tone: 'unsure' },
  failing: { sign: '✗', text: 'failing', tone: 'bad' },
}

/** One line of `vge-perf doctor`, wrapped to `columns`; its remedy below it stays whole, so that it can be copied. Ends with a line feed. */
export function conditionLines(
  condition: Condition,
  options: { readonly columns: number; readonly colour: boolean },
): string {
  const { sign, text, tone } = words[condition.state]
  const lead = `${left(`${sign} ${text}`, 10)} ${left(condition.name, 10)}  `
  const [first = [], ...more] = wrap(condition.found, Math.max(60, options.columns), lead)
  const painted: Line = [
    { text: lead.slice(0, 10), tone },
    {
      text: first
        .map((span) => span.text)
        .join('')
        .slice(10),
    },
  ]
  const remedy: readonly Line[] =
    condition.state === 'ok'
      ? []
      : condition.remedy.split('\n').map((line) => [{ text: `${' '.repeat(11)}→ ${line.trim()}` }])
  return paint([painted, ...more, ...remedy], options.colour)
}
