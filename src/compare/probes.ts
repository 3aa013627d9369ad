import type { ProbeFacts, Run, UnitRecord } from '../model/artefact.js'
import type { MetricVerdict } from '../model/verdict.js'
import { figureMetric } from './figure-metric.js'
import { measured, type Compared, type Pair } from './units.js'

/** Phases that a unit ran; figures of units that ran others are no figures of the same thing. */
export const ranIn = (unit: UnitRecord): string => unit.phases?.map(({ name }) => name).join('+') ?? unit.kind

/**
 * What the targets said of themselves, a row a probe and kind of unit. Where the candidate told nothing at all, only what then cannot
 * be judged.
 */
export function probeMetrics(compared: Compared): readonly MetricVerdict[] {
  const { candidate, pairs } = compared
  const kinds = [...new Set(pairs.map((pair) => ranIn(pair.candidate)))]
  const rows = Object.entries(candidate.file.probes ?? {}).flatMap(([name, facts]) =>
    kinds.map((kind) =>
      ofKind(
        compared,
        pairs.filter((pair) => ranIn(pair.candidate) === kind),
        kinds.length === 1 ? name : `${name}@${kind}`,
        name,
        facts,
      ),
    ),
  )
  return candidate.probes.length > 0 ? rows : rows.filter(({ role }) => role === 'gate')
}

function ofKind(
  compared: Compared,
  pairs: readonly Pair[],
  name: string,
  probe: string,
  facts: ProbeFacts,
): MetricVerdict {
  const place = name.slice(probe.length)
  const found = figureMetric(
    compared,
    pairs,
    {
      name,
      title: `${facts.title}${place === '' ? '' : ` ${place}`}`,
      step: 'whole',
      statistic: 'probe',
      unit: facts.unit === 'share' ? 'share' : 'count',
      // A hit is good, and work is better left undone.
      better: facts.better ?? (facts.unit === 'share' ? 'higher' : 'lower'),
    },
    (run, unit) => run.probes.find((one) => one.unit === unit.index && one.name === probe)?.value,
    // A few blocks have no spread that could be tested.
    pairs.every((pair) => pair.kind === 'slices') ? facts.tolerance : undefined,
  )
  const expected = pairs.some(
    ({ candidate }) =>
      facts.during === undefined || candidate.phases?.some(({ arrivals }) => arrivals === facts.during),
  )
  const { candidate: value } = found
  // What it is judged by says more than what it was expected to be.
  if (!expected || value === undefined || found.role === 'gate') return found
  if (facts.atLeast !== undefined && value < facts.atLeast) return { ...found, reason: 'below_expected' }
  return facts.atMost !== undefined && value > facts.atMost ? { ...found, reason: 'above_expected' } : found
}

/** Said once where a contract has probes and a target told nothing that one of them could use. */
export function silentTargets(runs: readonly Run[]): readonly string[] {
  const silent = runs.filter(
    (run) =>
      Object.keys(run.file.probes ?? {}).length > 0 && measured(run).length > 0 && run.probes.length === 0,
  )
  if (silent.length === 0) return []
  const who = silent.map((run) => run.file.arm).join(' and the ')
  return [`no probes: metrics of the ${who} could not be read, or have nothing that a probe needs`]
}
