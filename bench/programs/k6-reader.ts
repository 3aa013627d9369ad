import { Recorder } from '../../src/engine/conduct/recorder.js'
import { Lines } from '../../src/engine/k6/lines.js'
import { SampleReader } from '../../src/engine/k6/samples.js'
import { settledMemory } from '../frame/settled-memory.js'
import '../frame/until-parent-ends.js'

// `k6-reader WAY LINES`: reads so many of k6's JSON lines, and says how many a second, and what memory it took. WAY: `ours`, with what a run
// keeps of the samples; `json` parses each line and keeps nothing.

const [, , way = '', count = ''] = process.argv

// What k6 writes of one request that we sent: nine figures of its own, and one sample of ours.
const own = ['reqs', 'req_duration', 'req_blocked', 'req_connecting', 'req_tls_handshaking']
  .concat(['req_sending', 'req_waiting', 'req_receiving', 'req_failed'])
  .map((name) => `http_${name}`)
const vus = 4
const requestsABlock = 1_000
const time = '2026-01-01T00:00:00.123456789Z'
const linesOf = (n: number): string[] => [
  ...own.map(
    (metric) =>
      `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${(n % 97) / 7},"tags":{}}}\n`,
  ),
  `{"metric":"vge_sample","type":"Point","data":{"time":"${time}","value":${n % 50},"tags":{"arm":"candidate","kind":"request","metric":"${n % 3 === 0 ? 'take' : 'look'}","outcome":"won","vu":"${n % vus}"},"metadata":{"s":"1,#${Math.floor(n / vus) + 1},${n},@,${4_000 + (n % 900)},${3_900 + (n % 900)},100,0,0,0,40,3500,${360 + (n % 900)}"}}}\n`,
]
const block = Array.from({ length: requestsABlock }, (_, n) => linesOf(n).join('')).join('')
const linesABlock = requestsABlock * (own.length + 1)
const chunk = 65_536

/** A second of a stream, in pieces as a pipe gives them; each its own intended starts, and its lines' own numbers. */
const chunksOf = (second: number): Buffer[] => {
  const before = (second * requestsABlock) / vus
  const bytes = Buffer.from(
    block
      .replaceAll('@', String(second * 1_000_000 + 1))
      .replaceAll(/#(\d+)/g, (_, number) => String(before + Number(number))),
  )
  return Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  )
}

let kept = 0
const recorder = new Recorder()
const reader = new SampleReader({
  sample: (_vu, _run, key, n, at, sample, kind) => recorder.add(key, n, at, sample, kind),
  receipt: () => {},
})
const lines = new Lines(
  way === 'ours'
    ? (line) => reader.take(line)
    : (line) => (kept += (JSON.parse(line) as { readonly metric: string }).metric.length),
)

const blocks = Math.ceil(Number(count) / linesABlock)
let spent = 0
let early = 0
for (let second = 0; second < blocks; second += 1) {
  const chunks = chunksOf(second)
  const since = performance.now()
  for (const one of chunks) lines.feed(one)
  kept += recorder.take(second).length
  spent += performance.now() - since
  if (second === Math.floor(blocks / 10)) early = (await settledMemory()).held
  // As a stream has it: others get their turn.
  if (second % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
}
if (!(kept > 0)) throw new Error('nothing was read')
const memory = (await settledMemory()).held / early
process.stdout.write(`${JSON.stringify({ perSecond: (blocks * linesABlock * 1_000) / spent, memory })}\n`)
