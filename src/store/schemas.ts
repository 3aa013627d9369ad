import * as v from 'valibot'
import type {
  BaselineSession,
  Counter,
  GroupFile,
  JudgingFile,
  ProbeSample,
  UnitEvent,
  UnitExemplar,
  UnitReceipt,
} from '../model/artefact.js'
import type { Calibration } from '../model/calibration.js'
import {
  arm,
  count,
  fingerprint,
  jsonObject,
  number,
  part,
  phase,
  recordOf,
  text,
  time,
  version,
  type Schema,
} from './schema-basics.js'

export const counterSchema: Schema<Counter> = v.object({
  unit: count,
  metric: text,
  part,
  outcome: text,
  count,
  sum: count,
  min: count,
  max: count,
})

export const receiptSchema: Schema<UnitReceipt> = v.object({
  unit: count,
  kind: text,
  n: count,
  at: number,
  fact: jsonObject,
})

export const eventSchema: Schema<UnitEvent> = v.object({ unit: count, at: time, kind: text, text })

export const probeSchema: Schema<ProbeSample> = v.object({ unit: count, name: text, value: number })

const times = v.partial(
  v.object({
    total: time,
    service: time,
    lag: time,
    queue: time,
    connect: time,
    tls: time,
    send: time,
    wait: time,
    receive: time,
    page: time,
    upgrade: time,
    join: time,
    reply: time,
    effect: time,
    unattributed: time,
  }),
)

export const exemplarSchema: Schema<UnitExemplar> = v.object({
  unit: count,
  arm,
  metric: text,
  outcome: text,
  n: count,
  at: time,
  parts: times,
})

export const groupSchema: Schema<GroupFile> = v.object({
  formatVersion: version,
  scenario: text,
  profile: text,
  arms: v.array(arm),
  units: v.array(
    v.object({ index: count, group: count, offset: count, startedAt: number, order: v.array(arm), phase }),
  ),
})

export const sessionSchema: Schema<BaselineSession> = v.pipe(
  v.object({
    formatVersion: version,
    name: text,
    session: text,
    recordedAt: v.pipe(text, v.isoTimestamp()),
    promoted: v.optional(v.boolean()),
    /** Older files say when, in place of `promoted`. */
    promotedAt: v.optional(v.pipe(text, v.isoTimestamp())),
    scenario: text,
    profile: text,
    fingerprint,
    metrics: recordOf(v.object({ value: v.pipe(number, v.minValue(0)), count, outcome: v.optional(text) })),
    mix: v.optional(recordOf(recordOf(count))),
  }),
  v.transform(({ promotedAt, promoted = promotedAt === undefined ? undefined : true, ...session }) => ({
    ...session,
    ...(promoted === undefined ? {} : { promoted }),
  })),
)

export const judgingSchema: Schema<JudgingFile> = v.object({
  formatVersion: version,
  mode: v.picklist(['paired', 'baseline', 'none']),
  waive: v.array(text),
  fresh: v.boolean(),
  minutes: v.pipe(number, v.minValue(0)),
  baseline: v.optional(
    v.object({
      name: text,
      sessions: v.array(sessionSchema),
      pinned: v.optional(v.object({ release: text, sessions: v.array(sessionSchema) })),
    }),
  ),
})

const share = v.pipe(v.number(), v.finite(), v.minValue(0))

export const calibrationSchema: Schema<Calibration> = v.object({
  formatVersion: version,
  scenarios: v.array(
    v.object({
      scenario: text,
      profile: text,
      recordedAt: v.pipe(text, v.isoTimestamp()),
      must: recordOf(text),
      load: v.optional(number),
      starts: count,
      units: count,
      cap: count,
      metrics: recordOf(
        v.object({
          sigma: share,
          between: share,
          tolerance: v.object({ ignore: number, reject: number }),
          pairs: v.optional(count),
          smallest: share,
          mayGate: v.boolean(),
          bearable: v.optional(share),
        }),
      ),
      doses: v.array(
        v.object({
          dose: share,
          caught: count,
          missed: count,
          inconclusive: count,
          read: recordOf(number),
        }),
      ),
    }),
  ),
})
