import { build, initWebAssembly } from 'hdr-histogram-js'
import { Recorder } from '../../src/engine/conduct/recorder.js'
import type { Sample } from '../../src/engine/journey/sample.js'
import { highestTrackable, histogramOf } from '../../src/histogram/histogram.js'
import '../frame/until-parent-ends.js'

// `record ours|ours-alone|hdr-js|hdr-wasm`: what it takes to record a request with its parts, in nanoseconds.

const samplesASecond = 10_000
const secondsOfLoad = 100
const partsOfASample = 9

let state = 1

/** Between 0 and 1; the same in each run. */
const draw = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

/** Mostly some milliseconds, now and then more. On a warm connection nothing waits for one: queue, connect and tls are zero. */
const sample = (): Sample => {
  const wait = Math.round(1_000 * Math.exp(3 * draw() ** 3 + draw()))
  const lag = Math.round(80 * draw())
  const send = Math.round(10 + 20 * draw())
  const receive = Math.round(5 + 10 * draw())
  const service = send + wait + receive
  return [lag + service, service, lag, 0, 0, 0, send, wait, receive]
}

const samples = Array.from({ length: samplesASecond }, sample)

/** Records one second of load; returns something of it, so that nothing is left out as useless. */
type Recording = (second: number) => number

const ours = (whole: boolean): Recording => {
  const recorder = new Recorder()
  const key = { arm: 'candidate', metric: 'look', outcome: 'seen' } as const
  return (second) => {
    const start = second * 1_000_000
    for (let index = 0; index < samples.length; index += 1) {
      const one = samples[index]
      if (one !== undefined) recorder.add(key, index, start + index, one, 'request')
    }
    const intervals = recorder.take(second + 1)
    if (!whole) return intervals.length
    return intervals.reduce((sum, { values }) => sum + histogramOf(values).count, 0)
  }
}

/** Bare `recordValue` into a histogram of each part that took time, as ours does, at our precision and range; nothing is handed on. */
const library = (useWebAssembly: boolean): Recording => {
  const parts = Array.from({ length: partsOfASample }, () =>
    build({
      bitBucketSize: 32,
      autoResize: false,
      highestTrackableValue: highestTrackable,
      numberOfSignificantValueDigits: 3,
      useWebAssembly,
    }),
  )
  return () => {
    for (const one of samples)
      for (let part = 0; part < partsOfASample; part += 1) {
        const value = one[part] ?? 0
        if (value > 0) parts[part]?.recordValue(value)
      }
    return parts[0]?.totalCount ?? 0
  }
}

const wayOf = async (name: string): Promise<Recording> => {
  switch (name) {
    case 'ours':
      return ours(true)
    case 'ours-alone':
      return ours(false)
    case 'hdr-js':
      return library(false)
    case 'hdr-wasm':
      await initWebAssembly()
      return library(true)
    default:
      throw new Error(`there is no way to record named "${name}"`)
  }
}

const record = await wayOf(process.argv[2] ?? '')
let kept = 0
const pass = (from: number): number => {
  const since = performance.now()
  for (let second = from; second < from + secondsOfLoad; second += 1) kept += record(second)
  return ((performance.now() - since) * 1_000_000) / (secondsOfLoad * samplesASecond)
}
pass(0)
const nanos = pass(secondsOfLoad)
if (!(kept > 0)) throw new Error('nothing was recorded')
process.stdout.write(`${JSON.stringify({ nanos })}\n`)
