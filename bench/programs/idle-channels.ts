import { engineRuns } from '../frame/engine-runs.js'
import type { Memory } from '../frame/settled-memory.js'
import '../frame/until-parent-ends.js'

// Joins COUNT channels at URL as an audience of the native engine, and prints its worker's memory before and after.

const [url = '', countText = ''] = process.argv.slice(2)
const count = Number(countText)
const warm = 500
const perSecond = 2_000

const memoryModule = new URL('../frame/settled-memory.js', import.meta.url).href
const contract = `export default { name: 'bench', keys: {}, figures: {}, operations: {
  room: { kind: 'channel', socket: '/socket', topic: 'room:{n}', params: ({ n }) => ({ token: 'token-' + n }), join: ({ n }) => ({ n }) },
} }`
const steps = `steps: { join: { operation: 'room', answers: { joined: 'joined' } } }, row: ({ n }) => n`
const joining = `const join = async (vu, n) => (await vu.socket('join', { n })).outcome
export default { name: 'bench', ${steps}, journey: join, audience: join }`
const measuring = `import { settledMemory, useRoomOfYoung } from '${memoryModule}'
export default { name: 'bench', ${steps}, journey: async (vu) => vu.receipt('memory', await settledMemory(useRoomOfYoung)) }`

const paced = (journeys: number): number[] =>
  Array.from({ length: journeys }, (_, index) => Math.round((index * 1_000_000) / perSecond))

const run = engineRuns()

const memory = async (audience?: 'stay'): Promise<Memory> => {
  const { receipts, accounting } = await run({ url, contract, scenario: measuring, starts: [0] }, audience)
  const there = accounting.arms.candidate?.audience
  if (audience !== undefined && (there?.members !== count || there.lost + there.absent > 0))
    throw new Error(`of ${count} watchers ${JSON.stringify(there)} are there`)
  return receipts[0]?.fact as unknown as Memory
}

await run({ url, contract, scenario: joining, starts: paced(warm) })
const before = await memory()
await run({ url, contract, scenario: joining, starts: paced(count) }, 'gather')
const after = await memory('stay')
process.stdout.write(`${JSON.stringify({ before, after })}\n`)
