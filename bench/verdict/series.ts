import { readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'

const numbers = v.array(v.number())

const seriesSchema = v.object({
  /** Date of the first run. */
  recordedAt: v.string(),
  /** Class of the machine, as the fingerprint names it. */
  machine: v.string(),
  scenarios: v.array(
    v.object({
      scenario: v.string(),
      profile: v.string(),
      /** What was said of the generator. */
      health: v.picklist(['valid', 'degraded', 'invalid']),
      /** From one start to the next, by the scenarios that shared it; absent of a single start. */
      secondsAStart: v.optional(v.number()),
      metrics: v.array(
        v.object({
          name: v.string(),
          tolerance: v.object({ ignore: v.number(), reject: v.number() }),
          /** By start: log ratio of each unit, and quantiles of both arms at `shares`, in microseconds. */
          starts: v.array(v.array(v.object({ logRatio: v.number(), control: numbers, candidate: numbers }))),
        }),
      ),
    }),
  ),
})

/** What a gate's report told of equal builds, small enough to keep. */
export type RecordedSeries = v.InferOutput<typeof seriesSchema>
export type RecordedMetric = RecordedSeries['scenarios'][number]['metrics'][number]

/** Shares of the quantiles that are kept of each unit. */
export const shares = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const

/** Every series of a folder, in the order of its files. Throws an Error that names a file which is none. */
export function readSeries(folder: string): readonly RecordedSeries[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      const found = v.safeParse(seriesSchema, JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
      if (found.success) return found.output
      throw new Error(`${folder}/${name} is no recorded series: ${found.issues[0].message}.`)
    })
}
