import * as v from 'valibot'
import type {
  InvariantResult,
  PhaseRows,
  ProbeFacts,
  Promises,
  RunEnd,
  RunFile,
  UnitRecord,
} from '../model/artefact.js'
import type { ArmAccounting, GeneratorHealth, Placement } from '../model/engine.js'
import {
  arm,
  count,
  fingerprint,
  number,
  phase,
  recordOf,
  text,
  time,
  version,
  type Schema,
} from './schema-basics.js'

const quantiles = v.object({
  p50: v.optional(time),
  p90: v.optional(time),
  p95: v.optional(time),
  p99: v.optional(time),
})
const bounds = v.object({ atLeast: v.optional(number), atMost: v.optional(number) })

const promises: Schema<Promises> = v.object({
  steps: v.array(text),
  budgets: v.object({ quantiles: recordOf(quantiles), drain: v.optional(time), errors: v.optional(number) }),
  tolerances: recordOf(v.object({ ignore: number, reject: number })),
  mix: recordOf(recordOf(bounds)),
  steady: v.array(text),
  wins: recordOf(recordOf(text)),
  invariants: v.array(text),
})

const arrivals = v.picklist(['open', 'constant', 'ramp', 'spike', 'surge', 'burst', 'trace', 'closed'])

const probe: Schema<ProbeFacts> = v.object({
  title: text,
  unit: v.picklist(['share', 'per_request', 'count']),
  better: v.optional(v.picklist(['lower', 'higher'])),
  atLeast: v.optional(number),
  atMost: v.optional(number),
  during: v.optional(arrivals),
  tolerance: v.optional(v.object({ ignore: number, reject: number })),
})

const phaseRows: Schema<PhaseRows> = v.object({
  name: text,
  arrivals,
  firstRow: count,
  rows: count,
})

const accounting: Schema<ArmAccounting> = v.object({
  intended: count,
  started: count,
  notStarted: count,
  steps: v.object({ begun: count, answered: count, timedOut: count, failed: count }),
  outcomes: recordOf(recordOf(count)),
  errors: v.array(
    v.object({
      step: text,
      class: v.picklist(['target', 'edge', 'generator']),
      reason: text,
      count,
      example: text,
    }),
  ),
  receipts: recordOf(count),
  bytesReceived: count,
  bytesSent: count,
  connections: count,
  audience: v.optional(v.object({ members: v.pipe(count, v.minValue(1)), lost: count, absent: count })),
  frames: v.optional(recordOf(v.object({ count, bytes: count })), {}),
  drain: recordOf(time),
})

const health: Schema<GeneratorHealth> = v.object({
  lag: v.object({ p50: time, p99: time, max: time }),
  eventLoopDelay: v.object({ p99: time, max: time }),
  cpu: number,
  gcPause: v.object({ count, max: time, total: time, share: v.optional(number) }),
  localErrors: count,
  workersLost: count,
  longestStop: v.optional(time),
  runQueue: v.optional(number),
  steal: v.optional(number),
  cores: v.optional(v.object({ allowed: count, busy: number, own: number, targetHere: v.boolean() })),
  clockStep: v.optional(time),
  samplesDropped: v.optional(count),
  descriptorWaits: v.optional(number),
  connectionWaits: v.optional(number),
})

const placement: Schema<Placement> = v.object({ what: text, allowed: text, seen: v.optional(count) })

/** The last moment that a date can hold, with room for what a unit lasts. */
const moment = v.pipe(number, v.minValue(0), v.maxValue(8e15))
/** Eleven days: pictures have a place for each second. */
const lasting = v.pipe(count, v.maxValue(1_000_000))
const sentShare = v.pipe(number, v.gtValue(0), v.maxValue(1))

const anyUnit = v.object({
  index: count,
  group: count,
  phase,
  kind: v.picklist(['slices', 'block']),
  offset: count,
  seconds: lasting,
  loaded: time,
  order: v.array(arm),
  phases: v.optional(v.array(phaseRows)),
  load: v.optional(sentShare),
  discarded: v.optional(v.picklist(['no_room', 'spoilt'])),
  accounting,
  health,
  placement: v.optional(v.object({ generator: v.array(placement), target: v.array(placement) })),
  startedAt: moment,
  confirmation: v.boolean(),
})
const unit: Schema<UnitRecord> = v.pipe(
  anyUnit,
  v.check(
    ({ discarded, phase: kept }) => discarded === undefined || kept === 'warm-up',
    'a unit that was discarded is no measurement',
  ),
)
const units: Schema<readonly UnitRecord[]> = v.pipe(
  v.array(unit),
  v.check((all) => new Set(all.map(({ index }) => index)).size === all.length, 'two units have one index'),
)

const anyInvariant = v.object({
  name: text,
  id: text,
  title: text,
  group: count,
  status: v.picklist(['held', 'broken', 'not_checked']),
  reason: v.optional(text),
  offenders: v.array(v.object({ id: text, what: text })),
  count,
  looked: v.optional(v.object({ what: text, count })),
})
const invariant: Schema<InvariantResult> = v.pipe(
  anyInvariant,
  v.check(
    ({ status, offenders, count: all }) => status !== 'held' || (all === 0 && offenders.length === 0),
    'an invariant that held has no offenders',
  ),
)

const end: Schema<RunEnd> = v.object({
  endedAt: text,
  status: v.picklist(['complete', 'interrupted', 'target_lost', 'engine_failed']),
  message: v.optional(text),
  stopped: v.optional(v.picklist(['settled', 'unit_cap', 'time_spent'])),
})

/** `run.json`. */
export const runSchema: Schema<RunFile> = v.object({
  formatVersion: version,
  tool: text,
  arm,
  scenario: text,
  profile: text,
  slice: text,
  seed: text,
  planHash: text,
  startedAt: v.pipe(text, v.isoTimestamp()),
  engine: v.object({ name: text }),
  fingerprint,
  promises,
  probes: v.optional(recordOf(probe)),
  repeat: text,
  regressionCheck: v.boolean(),
  units,
  invariants: v.array(invariant),
  end: v.optional(end),
})
