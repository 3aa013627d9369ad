import { HistogramCounts } from '../../src/histogram/histogram.js'
import '../frame/until-parent-ends.js'

// `spin RATE SECONDS`: waits for instants as busily as it can and does nothing else. How late it sees them is the machine's own doing:
// no schedule can be kept better here. Prints microseconds.

const [rate = NaN, seconds = NaN] = process.argv.slice(2).map(Number)

const late = (count: number): { readonly p50: number; readonly p99: number; readonly max: number } => {
  const lags = new HistogramCounts()
  const start = performance.now()
  for (let n = 0; n < count; n += 1) {
    const due = start + (n * 1_000) / rate
    let now = performance.now()
    while (now < due) now = performance.now()
    lags.add(Math.round((now - due) * 1_000))
  }
  const all = lags.take()
  return { p50: all.quantile(0.5), p99: all.quantile(0.99), max: all.max }
}

// Compiled before it counts.
late(rate / 4)
process.stdout.write(`${JSON.stringify(late(rate * seconds))}\n`)
