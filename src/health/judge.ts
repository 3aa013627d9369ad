import type { UnitRecord } from '../model/artefact.js'
import type { HealthVerdict } from '../model/verdict.js'
import { rules, type Beside, type Rule } from './rules.js'

/** A limit that was broken: by which rule, what follows, and a sentence with the figure, the limit and what to do. */
export interface HealthFinding {
  readonly rule: string
  readonly state: 'degraded' | 'invalid'
  readonly sentence: string
  /** No unit that follows can mend it. */
  readonly lasting: boolean
}

/** Units that may be over a limit which is judged `often`: small machines are shared, and have hiccups. */
const tolerated = 1 / 3

const ms = (micros: number): string => `${(micros / 1_000).toFixed(1)} ms`
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const shown: Readonly<Record<Rule['unit'], (value: number) => string>> = {
  time: ms,
  share: percent,
  count: String,
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/**
 * Whether the generator kept up, from the measured units of one or both arms: the worst that a rule says. Reasons are those of that
 * state. `latency`: the median of what was measured, microseconds, where it is known.
 */
export function judgeHealth(units: readonly UnitRecord[], latency?: number): HealthVerdict {
  const found = findingsOf(units, latency)
  const state = found.some((one) => one.state === 'invalid') ? 'invalid' : 'degraded'
  const worst = found.filter((one) => one.state === state)
  const reasons = worst.map(({ sentence }) => sentence)
  if (reasons.length === 0) return { state: 'valid', reasons }
  if (state === 'degraded') return { state, reasons }
  return { state, reasons, mayRecover: worst.every(({ lasting }) => !lasting) }
}

/**
 * Whether other machines took more time of a unit, as each arm saw it, than is doubted or rejected. Only by what no target can have caused:
 * a build that spoils its own units must not be rid of them.
 */
export const isTakenFrom = (unit: readonly UnitRecord[], state: 'degraded' | 'invalid'): boolean =>
  rules.some(
    (rule) =>
      rule.fromOutside === true &&
      unit.some((arm) => (rule.figure(arm, { latency: undefined }) ?? 0) > (rule[state] ?? Infinity)),
  )

/** Whether something is over a limit in a unit that no later unit mends: it is to be told, whatever else the unit suffered from. */
export const isLasting = (unit: readonly UnitRecord[]): boolean =>
  findingsOf(unit.map((arm) => ({ ...arm, phase: 'measure' as const }))).some(
    ({ state, lasting }) => state === 'invalid' && lasting,
  )

/** What the rules say of the measured units, in their order. */
export function findingsOf(units: readonly UnitRecord[], latency?: number): readonly HealthFinding[] {
  const measured = units.filter(({ phase }) => phase === 'measure')
  return rules.flatMap((rule) => {
    const asked = measured.filter(({ kind }) => rule.units === 'all' || kind === 'slices')
    for (const state of ['invalid', 'degraded'] as const) {
      const limit = rule[state]
      const said = limit === undefined ? undefined : over(rule, limit, asked, { latency })
      if (said === undefined) continue
      // What failed, died or was lost is no matter of the minute.
      const lasting = rule.judged === 'ever' || rule.judged === 'together'
      return [{ rule: rule.name, state, lasting, sentence: `${rule.what} ${said}: ${rule.remedy}` }]
    }
    return []
  })
}

/** How far the units are over a limit; undefined when they are not. */
function over(rule: Rule, limit: number, units: readonly UnitRecord[], beside: Beside): string | undefined {
  const show = shown[rule.unit]
  const figures = units.flatMap((unit) => rule.figure(unit, beside) ?? [])
  if (rule.judged === 'together') {
    const share = sum(figures) / Math.max(1, sum(units.map(({ accounting }) => accounting.steps.begun)))
    return share > limit ? `${show(share)} of all, ${beyond(rule, limit)}` : undefined
  }
  const ordered = figures.toSorted((a, b) => a - b)
  if (rule.judged === 'middle') {
    const middle = ordered[Math.floor(ordered.length / 2)]
    return middle !== undefined && middle > limit
      ? `${show(middle)}${ordered.length === 1 ? '' : ' in the unit in the middle'}, ${beyond(rule, limit)}`
      : undefined
  }
  const broken = ordered.filter((figure) => figure > limit)
  if (broken.length <= (rule.judged === 'often' ? ordered.length * tolerated : 0)) return undefined
  const most = show(broken.at(-1) ?? 0)
  return `${beyond(rule, limit)}, in ${broken.length} of ${ordered.length} measurements (up to ${most})`
}

const beyond = (rule: Rule, limit: number): string =>
  limit === 0
    ? 'where none may be'
    : `more than ${shown[rule.unit](limit)}${rule.ofTime === true ? ' of the time' : ''}`
