import * as v from 'valibot'
import { formatVersion } from '../model/artefact.js'
import { parts } from '../model/engine.js'
import type { Json, JsonObject } from '../model/scenario.js'
import { micros } from '../model/time.js'

/** A file's text as a checked value; the type is the model's own. */
export type Schema<T> = v.GenericSchema<unknown, T>

export const number = v.pipe(v.number(), v.finite())
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const time = v.pipe(v.number(), v.safeInteger(), v.transform(micros))
export const text = v.string()
export const version = v.literal(formatVersion)
export const arm = v.picklist(['control', 'candidate'])
export const phase = v.picklist(['warm-up', 'measure'])
export const part = v.picklist(parts)

export const recordOf = <T>(value: Schema<T>) => v.record(v.string(), value)

const json: Schema<Json> = v.lazy(() =>
  v.union([v.string(), number, v.boolean(), v.null(), v.array(json), jsonObject]),
)
export const jsonObject: Schema<JsonObject> = v.record(
  v.string(),
  v.lazy(() => json),
)

/** What a run is: `src/measure/fingerprint.ts`. */
export const fingerprint = v.object({ must: recordOf(text), warn: recordOf(text), subject: recordOf(text) })
