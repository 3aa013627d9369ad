import { writeFileSync } from 'node:fs'
import { cores, startProgram } from '../frame/child.js'
import { startTarget } from '../frame/target.js'
import { optionsOf, whole } from '../frame/options.js'
import { judgeSoak } from './judge.js'
import type { Minute, SoakEnd, SoakOrder } from './minute.js'

// `npm run bench:soak [-- --minutes N --rate N --json FILE]`: one load for a long time: does memory stay flat, does the schedule drift?
// Exit 1 when it does not hold, 2 for a wrong word.

const { values } = optionsOf({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1000' },
    json: { type: 'string' },
  },
})

const length = whole('minutes', values.minutes, 4, 240)
const rate = whole('rate', values.rate, 1, 20_000)

const target = await startTarget('queue')
const order: SoakOrder = { url: target.url, rate, minutes: length }
const soak = startProgram('soak', cores.generator, [JSON.stringify(order)])
const ms = (micros: number): string => `${(micros / 1_000).toFixed(3)} ms`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
try {
  const minutes: Minute[] = []
  for (let minute = 0; minute < length; minute += 1) {
    const one = (await soak.answer()) as Minute
    minutes.push(one)
    const { lag, total } = one
    process.stderr.write(
      `minute ${one.minute}: ${lag.count} started, lag p50 ${ms(lag.p50)}, p99 ${ms(lag.p99)}, max ${ms(lag.max)}; ` +
        `answered p50 ${ms(total.p50)}, p99 ${ms(total.p99)}; worker ${megabytes(one.workers)}, main ${megabytes(one.main)}\n`,
    )
  }
  const rows = judgeSoak(minutes, (await soak.answer()) as SoakEnd)
  for (const { id, what, value, unit, atMost, holds } of rows)
    process.stdout.write(
      `${id.padEnd(22)} ${what}: ${Number(value.toPrecision(3))} ${unit} (at most ${atMost}) ${holds ? 'holds' : 'MISSED'}\n`,
    )
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ rate, minutes, rows }, null, 2)}\n`)
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1
} finally {
  await soak.stop()
  await target.stop()
}
