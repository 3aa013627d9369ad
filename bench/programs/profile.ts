import { engineRuns } from '../frame/engine-runs.js'
import { connections, ourLoads } from '../peers/loads.js'
import '../frame/until-parent-ends.js'

// `profile URL SECONDS`: our engine at its most, from users who wait for nothing, and where the time of its worker went by V8's profiler:
// shares as a line of JSON.

const [url = '', secondsText = ''] = process.argv.slice(2)
const seconds = Number(secondsText)
const { contract, scenario } = ourLoads.get

const begins = `import { Session } from 'node:inspector'
if (globalThis.profiler === undefined) {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: 200 })
  session.post('Profiler.start')
  globalThis.profiler = session
}
`
const sharesModule = new URL('../frame/profile-shares.js', import.meta.url).href
const ends = `import { sharesOf } from '${sharesModule}'
const ended = () => new Promise((resolve) => globalThis.profiler.post('Profiler.stop', (error, { profile }) => resolve(sharesOf(profile))))
export default { name: 'get', steps: { look: { operation: 'item', answers: { 200: 'seen' } } }, row: ({ n }) => n,
  journey: async (vu) => vu.receipt('shares', await ended()) }`

const run = engineRuns()
const load = { url, contract, connections, starts: [] }
await run({ ...load, scenario, closed: { users: connections, seconds: 3 } })
await run({ ...load, scenario: begins + scenario, closed: { users: connections, seconds } })
const { receipts } = await run({ ...load, scenario: ends, starts: [0] })
process.stdout.write(`${JSON.stringify(receipts[0]?.fact)}\n`)
