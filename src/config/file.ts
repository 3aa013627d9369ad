import * as v from 'valibot'
import { mostMinutes, mostUnits } from '../model/config.js'

const text = v.pipe(v.string(), v.nonEmpty())
/** `0`, `0,2-3`; whether this machine has them is asked before the load. */
const cores = v.pipe(v.string(), v.regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/))
const texts = v.record(v.string(), text)

const targetSpec = v.strictObject({
  /** Address of the target, or of each of its nodes. */
  url: v.union([text, v.array(text)]),
  /** Store addresses. Read them from the environment: they hold passwords. */
  postgres: v.optional(text),
  redis: v.optional(text),
})

/** What `vge-perf.config.ts` may hold. Everything is optional. */
export const configSchema = v.strictObject({
  contract: v.optional(text),
  scenarios: v.optional(text),
  settings: v.optional(
    v.strictObject({
      operations: v.optional(
        v.record(
          v.string(),
          v.strictObject({
            path: v.optional(text),
            method: v.optional(text),
            socket: v.optional(text),
            topic: v.optional(text),
          }),
        ),
      ),
      keys: v.optional(texts),
      figures: v.optional(v.record(v.string(), v.number())),
    }),
  ),
  targets: v.optional(v.strictObject({ control: v.optional(targetSpec), candidate: v.optional(targetSpec) })),
  embedded: v.optional(
    v.strictObject({
      nodes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8))),
      settings: v.optional(texts),
      cores: v.optional(cores),
    }),
  ),
  generator: v.optional(
    v.strictObject({
      engine: v.optional(v.picklist(['native', 'k6'])),
      k6: v.optional(text),
      workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      cores: v.optional(cores),
      nice: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-20), v.maxValue(19))),
      sourceAddresses: v.optional(v.array(v.pipe(v.string(), v.ip()))),
    }),
  ),
  headers: v.optional(texts),
  /** Whether one is empty is asked before load is sent: nothing else needs them. */
  secrets: v.optional(v.record(v.string(), v.optional(v.string()))),
  data: v.optional(
    v.variant('adapter', [
      v.strictObject({ adapter: v.literal('sql') }),
      v.strictObject({ adapter: v.literal('file'), file: text }),
    ]),
  ),
  waive: v.optional(v.array(text)),
  labels: v.optional(
    v.strictObject({
      machine: v.optional(text),
      topology: v.optional(text),
      version: v.optional(text),
      commit: v.optional(text),
    }),
  ),
  environments: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        hosts: v.array(text),
        maxRate: v.pipe(v.number(), v.minValue(1)),
        maxConnections: v.pipe(v.number(), v.integer(), v.minValue(1)),
        profiles: v.array(text),
      }),
    ),
  ),
  /** What `calibrate` found; default `vge-perf.calibration.json` beside the configuration. */
  calibration: v.optional(text),
  gate: v.optional(
    v.strictObject({
      maxUnits: v.optional(v.pipe(v.number(), v.integer(), v.minValue(6), v.maxValue(mostUnits))),
      minutes: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(mostMinutes))),
    }),
  ),
})

/** The shape of the default export of `vge-perf.config.ts`: `export default { … } satisfies ConfigFile`. */
export type ConfigFile = v.InferInput<typeof configSchema>
