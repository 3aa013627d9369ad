import type { Interval, Part } from '../../src/model/engine.js'
import { reportedQuantiles, type Quantiles } from './quantiles.js'

/** All samples of one part, microseconds. */
export interface SampleSummary {
  readonly count: number
  readonly least: number
  readonly quantiles: Quantiles
}

/** By metric (a step, or `whole`), then by part. A part that took no time at all is left out. */
export type Summaries = Readonly<Record<string, Readonly<Partial<Record<Part, SampleSummary>>>>>

const shown: ReadonlySet<Part> = new Set<Part>(['total', 'service', 'lag'])

/** Keeps what an engine gives out, whatever its outcome, and sums it up at the end. */
export class Samples {
  private readonly kept: Interval[] = []

  add(interval: Interval): void {
    if (shown.has(interval.part)) this.kept.push(interval)
  }

  summaries(): Summaries {
    const metrics: Record<string, Partial<Record<Part, SampleSummary>>> = {}
    for (const { metric, part } of this.kept) {
      const parts = (metrics[metric] ??= {})
      parts[part] ??= summaryOf(this.valuesOf(metric, part))
    }
    return metrics
  }

  private valuesOf(metric: string, part: Part): number[] {
    return this.kept
      .filter((one) => one.metric === metric && one.part === part)
      .flatMap(({ values }) => [...values])
  }
}

const summaryOf = (values: readonly number[]): SampleSummary => ({
  count: values.length,
  least: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  quantiles: reportedQuantiles(values),
})
