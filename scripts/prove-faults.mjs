// Shows that the gate catches every planted fault: `npm run prove [-- NAME... --flag VALUE...]`; flags go to the gate (`--engine k6`). Prints
// a line a fault, exits 1 when one is missed.
import { join } from 'node:path'
import { reportsFolder, takeGate } from './gate-child.mjs'

const cases = [
  { plant: 'delay=reserve:+30%', scenario: 'seat-selection', exit: 1, says: /reserve\S* is slower/ },
  { plant: 'delay=manifest:200', scenario: 'seat-selection', exit: 0, says: /^PASS/ },
  { plant: 'cpu-hog', scenario: 'ticket-validation', exit: 1, says: /is slower|over budget/ },
  { plant: 'lock-contention', scenario: 'checkout', exit: 1, says: /is slower|over budget/ },
  { plant: 'slow-redis', scenario: 'redis-atomics', exit: 1, says: /is slower|over budget/ },
  { plant: 'error', scenario: 'seat-selection', exit: 1, says: /end in an error|errors/ },
  { plant: 'reserve-race', scenario: 'seat-selection', exit: 1, says: /one-live-hold-a-seat/ },
  { plant: 'double-admission', scenario: 'ticket-validation', exit: 1, says: /one-admission-a-ticket/ },
  { plant: 'drop-unique-index', scenario: 'checkout', exit: 1, says: /unique-indexes-stand/ },
  { plant: 'tenant-leak', scenario: 'seat-selection', exit: 1, says: /tenants-are-apart/ },
  { plant: 'stale-bitmap', scenario: 'seat-selection', exit: 1, says: /bitmap-equals-database/ },
  { plant: 'webhook-twice', scenario: 'checkout', exit: 1, says: /no-oversell/ },
  { plant: 'hold-expiry-off', scenario: 'seat-selection', exit: 1, says: /registry-equals-database/ },
  {
    plant: 'lose-broadcasts=0.05',
    scenario: 'availability-sync',
    exit: 1,
    says: /each-change-is-heard-once/,
  },
  { plant: 'lose-broadcasts=0.5', scenario: 'flash-sale', exit: 1, says: /wait frames|heard/ },
  {
    plant: 'double-broadcasts=0.05',
    scenario: 'availability-sync',
    exit: 1,
    says: /each-change-is-heard-once/,
  },
  {
    plant: 'reorder-broadcasts=0.05',
    scenario: 'availability-sync',
    exit: 1,
    says: /each-change-is-heard-once/,
  },
  { plant: 'delay-broadcasts=5', scenario: 'availability-sync', exit: 1, says: /heard is slower/ },
  { plant: 'mute-node=1', scenario: 'availability-sync', exit: 1, says: /each-change-is-heard-once/ },
  { plant: 'refuse-joins=0.2', scenario: 'availability-sync', exit: 1, says: /watch/ },
  { plant: 'leak-broadcasts', scenario: 'tenant-isolation', exit: 1, says: /frames-stay-in-their-tenant/ },
  { plant: 'live-leak', scenario: 'tenant-isolation', exit: 1, says: /frames-stay-in-their-tenant/ },
  { plant: 'forget-csrf', scenario: 'tenant-isolation', exit: 1, says: /frames-stay-in-their-tenant/ },
  { plant: 'full-render', scenario: 'liveview-latency', exit: 1, says: /frames-are-small-and-private/ },
  { plant: 'slow-mount=10', scenario: 'liveview-latency', exit: 1, says: /look is slower/ },
  { plant: 'stale-page=0.2', scenario: 'liveview-latency', exit: 1, says: /end in an error|errors/ },
  { plant: 'socket-leak=500', scenario: 'liveview-latency', exit: 1, says: /resident memory/ },
]

const usage = (sentence) => {
  console.error(sentence)
  process.exit(2)
}
const words = process.argv.slice(2)
const firstFlag = words.findIndex((word) => word.startsWith('-'))
const names = firstFlag < 0 ? words : words.slice(0, firstFlag)
const more = firstFlag < 0 ? [] : words.slice(firstFlag)
const isOf = (name) => name !== '' && (({ plant }) => plant.startsWith(name))
const strange = names.find((name) => name === '' || !cases.some(isOf(name)))
if (strange !== undefined)
  usage(`No fault begins with "${strange}": there are ${cases.map(({ plant }) => plant).join(', ')}.`)
const chosen = cases.filter((one) => names.length === 0 || names.some((name) => isOf(name)(one)))
const folder = reportsFolder()
let missed = 0
for (const { plant, scenario, exit, says } of chosen) {
  const begun = Date.now()
  const report = join(folder, plant.replaceAll(/\W/g, '-'))
  const flags = ['--scenario', scenario, '--plant', plant, '--report', report, ...more]
  const { status, said, errors } = await takeGate(flags)
  // What was asked wrongly of one gate was asked wrongly of all.
  if (status === 2) usage(errors.trim() || said.error?.message)
  // An exit code without a verdict proves nothing, and neither does a finding that the fault does not explain.
  const right = status === exit && said.headline !== undefined && says.test(said.headline)
  if (!right) missed += 1
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${right ? 'ok    ' : 'MISSED'} ${plant}  exit ${status}, expected ${exit}, ${seconds} s\n       ${said.headline ?? said.error?.message ?? 'no verdict'}`,
  )
}
process.exitCode = missed > 0 ? 1 : 0
