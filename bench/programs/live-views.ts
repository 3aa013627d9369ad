import { setTimeout as sleep } from 'node:timers/promises'
import { histogramOf } from '../../src/histogram/histogram.js'
import { memoryOf } from '../frame/child.js'
import { engineRuns } from '../frame/engine-runs.js'
import type { ViewsFigures } from '../frame/live-views-figures.js'
import { controlTarget } from '../frame/phoenix-target.js'
import '../frame/until-parent-ends.js'

// Opens COUNT live pages at URL as an audience of the native engine, lets each hear a diff a second for SECONDS, and prints what it cost.

const [url = '', countText = '', secondsText = ''] = process.argv.slice(2)
const count = Number(countText)
const seconds = Number(secondsText)
const perSecond = 1_000
// Of so many pages one is looked at in the end.
const sampled = 50

const contract = `const marker = /"(1\\d{15})"/
const tells = (diff) => { const at = marker.exec(diff)?.[1]; return at === undefined ? undefined : Number(at) / 1_000 }
export default { name: 'bench', keys: {}, figures: {}, operations: { page: { kind: 'view', path: '/views/{n}', socket: '/live', tells } } }`
const steps = `steps: { look: { operation: 'page', answers: { shown: 'shown' } }, tick: { answers: { told: 'seen' } } }, row: ({ n }) => n`
const looking = `globalThis.pages ??= []
const look = async (vu, n) => {
  const { outcome, page } = await vu.liveview('look', { n }, { heard: 'tick' })
  if (n % ${sampled} === 0) globalThis.pages.push(page)
  return outcome
}
export default { name: 'bench', ${steps}, journey: look, audience: look }`
const journey = (body: string, imports = ''): string =>
  `${imports}\nexport default { name: 'bench', ${steps}, journey: async (vu) => { ${body} } }`
const memoryModule = new URL('../frame/settled-memory.js', import.meta.url).href
const measuring = journey(
  `vu.receipt('memory', await settledMemory())`,
  `import { settledMemory } from '${memoryModule}'`,
)
const watching = journey(`await vu.think(${seconds * 1_000_000})`)
const finding = journey(
  `const ticks = globalThis.pages.map((page) => Number(page.find('#tick').attributes['data-tick']))
   vu.receipt('ticks', { fewest: Math.min(...ticks), most: Math.max(...ticks) })`,
)

const run = engineRuns()
const load = { url, contract, starts: [0], timeoutSeconds: seconds + 10 }
const starts = Array.from({ length: count }, (_, index) => Math.round((index * 1_000_000) / perSecond))
await run({ ...load, scenario: looking, starts, connections: 200 }, 'gather')
const [idle] = (await run({ ...load, scenario: measuring }, 'stay')).receipts
const worker = Number(idle?.fact.pid)

await controlTarget(url, 'start')
await sleep(2_000)
let rss = 0
const sampling = setInterval(() => {
  rss = Math.max(rss, memoryOf(process.pid) + memoryOf(worker))
}, 500)
const watched = await run({ ...load, scenario: watching }, 'stay')
clearInterval(sampling)
const { sent } = await controlTarget(url, 'stop')
await sleep(500)
const { receipts } = await run({ ...load, scenario: finding }, 'dismiss')

const ticks = receipts.find(({ kind }) => kind === 'ticks')?.fact
const told = histogramOf(
  watched.intervals
    .filter(({ metric, part }) => metric === 'tick' && part === 'total')
    .flatMap(({ values }) => Array.from(values)),
)
const { eventLoopDelay, cpu, gcPause } = watched.accounting.health
const figures: ViewsFigures = {
  rss,
  idle: Number(idle?.fact.rss),
  delay: eventLoopDelay,
  cpu,
  gcPause: gcPause.max,
  told: { count: told.count, p50: told.quantile(0.5), p99: told.quantile(0.99), max: told.quantile(1) },
  sent,
  heard: receipts.reduce((sum, { kind, fact }) => sum + (kind === 'viewed' ? Number(fact.frames) : 0), 0),
  ticks: [Number(ticks?.fewest), Number(ticks?.most)],
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
