import { average } from '../stats/average.js'
import type { BaselineSession } from '../model/artefact.js'
import type { TrendChange, TrendLine, TrendMetric } from '../model/trend.js'
import { changePoints, fewestValues, type ChangePoint } from '../stats/change-points.js'
import { spread } from '../stats/welch.js'
import { mustDiffer } from './fingerprint.js'
import { figureKind, usualOutcome } from './session-figures.js'
import { setsOf, type SessionSet } from './sets.js'

/** A session with what a trend tells beside its figures. */
export interface TrendInput {
  readonly session: BaselineSession
  readonly from: 'baseline' | 'run'
  readonly beside: TrendLine['beside']
  readonly releases: readonly string[]
}

/** Changes that are smaller are none, however surely they are there: 1 % of a time or rate, a tenth of a point of a share. */
const least = { ratio: Math.log(1.01), difference: 0.001 } as const

/** Lines of the last `last` sessions each. Sessions of other conditions, or beside a control, are never joined: they are a line of their own. */
export function trendLines(inputs: readonly TrendInput[], last: number): readonly TrendLine[] {
  const known = new Map(inputs.map((input) => [input.session, input]))
  const lines = (['nothing', 'control'] as const).flatMap((beside) =>
    setsOf(inputs.filter((one) => one.beside === beside).map(({ session }) => session)).map((set) => ({
      beside,
      set,
    })),
  )
  const end = ({ set }: (typeof lines)[number]): number => Date.parse(set.sessions.at(-1)?.recordedAt ?? '')
  const ordered = lines.toSorted(
    (a, b) =>
      a.set.scenario.localeCompare(b.set.scenario, 'en') ||
      a.set.profile.localeCompare(b.set.profile, 'en') ||
      end(b) - end(a),
  )
  return ordered.map(({ beside, set }) => {
    const newest = ordered.find((one) => one.set.scenario === set.scenario && one.set.profile === set.profile)
    const sessions = set.sessions.slice(-last)
    return {
      scenario: set.scenario,
      profile: set.profile,
      beside,
      must: set.must,
      differs: [
        ...fieldsBetween(set, newest?.set),
        ...(newest === undefined || newest.beside === beside
          ? []
          : [`measured ${asSaid[beside]} → ${asSaid[newest.beside]}`]),
      ],
      sessions: sessions.map((session) => ({
        session: session.session,
        recordedAt: session.recordedAt,
        subject: session.fingerprint.subject,
        from: known.get(session)?.from ?? 'baseline',
        promoted: session.promoted === true,
        releases: known.get(session)?.releases ?? [],
      })),
      metrics: metricsOf(sessions),
    }
  })
}

const asSaid = { nothing: 'alone', control: 'in turns with a control' } as const

function fieldsBetween(set: SessionSet, newest: SessionSet | undefined): readonly string[] {
  const [older, newer] = [set, newest].map((one) => one?.sessions[0]?.fingerprint)
  return older === undefined || newer === undefined ? [] : mustDiffer([older], newer)
}

function metricsOf(sessions: readonly BaselineSession[]): readonly TrendMetric[] {
  const names = [...new Set(sessions.flatMap(({ metrics }) => Object.keys(metrics)))].toSorted()
  return names.map((name) => metricOf(name, sessions))
}

function metricOf(name: string, sessions: readonly BaselineSession[]): TrendMetric {
  const { unit, better, least: samples } = figureKind(name)
  // Shares can be 0, and have no logarithm then.
  const kind = unit === 'share' ? 'difference' : 'ratio'
  const isKnown = (value: number): boolean => kind === 'difference' || value > 0
  const usual = usualOutcome(name, sessions)
  const values = sessions.map(({ metrics }) => {
    const found = metrics[name]
    const told = found !== undefined && found.count >= samples && isKnown(found.value)
    // A fast refusal is no quicker win.
    return told && (found.outcome === undefined || found.outcome === usual) ? found.value : null
  })
  const places = values.flatMap((value, place) => (value === null ? [] : [{ value, place }]))
  const scaled = places.map(({ value }) => (kind === 'ratio' ? Math.log(value) : value))
  const found = changePoints(scaled, least[kind])
  const edges = [0, ...found.map(({ at }) => at), scaled.length]
  const levels = edges.slice(0, -1).map((from, index) => scaled.slice(from, edges[index + 1]))
  const sigma = spread(levels.flatMap((level) => level.map((value) => value - average(level))))
  const placeOf = (index: number): number => places[index]?.place ?? 0
  const back = (value: number): number => (kind === 'ratio' ? Math.exp(value) : value)
  const changeOf = (point: ChangePoint, index: number): TrendChange => {
    const [before, after] = [levels[index] ?? [], levels[index + 1] ?? []].map(average)
    const said = (value: number): number => (kind === 'ratio' ? Math.expm1(value) : value)
    const next = found[index + 1]
    return {
      before: placeOf(point.at - 1),
      at: placeOf(point.at),
      ...(next === undefined ? {} : { until: placeOf(next.at) }),
      from: back(before ?? NaN),
      to: back(after ?? NaN),
      change: { kind, mean: said(point.difference), low: said(point.low), high: said(point.high) },
      worse: point.difference > 0 === (better === 'lower'),
    }
  }
  return {
    name,
    unit,
    better,
    values,
    level: scaled.length === 0 ? null : back(average(levels.at(-1) ?? [])),
    ...(Number.isFinite(sigma) ? { spread: sigma } : {}),
    state: scaled.length < fewestValues ? 'too_few' : found.length > 0 ? 'changed' : 'steady',
    changes: found.map(changeOf),
  }
}
