import type { Distribution } from '../model/artefact.js'
import type { Arm } from '../model/plan.js'
import type { TimeLines, TimePlot } from './plot-data.js'
import type { Subject } from './subjects.js'
import { arms, type Timeline } from './timeline.js'

/**
 * p50, p90 and p99 of each column. Where a column stands for several seconds, each line takes its worst: a spike must not be smoothed
 * away. Microseconds to three digits, which is what a histogram keeps.
 */
export function overTime(subject: Subject, line: Timeline): TimePlot {
  return {
    kind: 'time',
    lines: arms.flatMap((arm) => (subject.seconds[arm] === undefined ? [] : [linesOf(subject, arm, line)])),
  }
}

function linesOf(subject: Subject, arm: Arm, { columns, place }: Timeline): TimeLines {
  const worst = (share: number): readonly (number | null)[] => {
    const values: (number | null)[] = columns.map(() => null)
    for (const { second, latency } of subject.seconds[arm] ?? []) {
      const column = place[arm].get(second)
      if (column === undefined) continue
      values[column] = Math.max(values[column] ?? 0, threeDigits(latency.quantile(share)))
    }
    return values
  }
  return { arm, p50: worst(0.5), p90: worst(0.9), p99: worst(0.99) }
}

/** The highest p99 of a second and where it lies, for who cannot see the picture. */
export function worstSecond(
  subject: Subject,
  arm: Arm,
  { columns, place }: Timeline,
): { readonly at: number; readonly p99: number } | undefined {
  return (subject.seconds[arm] ?? [])
    .flatMap(({ second, latency }: { second: number; latency: Distribution }) => {
      const at = columns[place[arm].get(second) ?? -1]?.at
      return at === undefined ? [] : [{ at, p99: latency.quantile(0.99) }]
    })
    .reduce<{ at: number; p99: number } | undefined>(
      (worst, one) => (worst === undefined || one.p99 > worst.p99 ? one : worst),
      undefined,
    )
}

function threeDigits(value: number): number {
  if (value < 1_000) return Math.round(value)
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2)
  return Math.round(value / unit) * unit
}
