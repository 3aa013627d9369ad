// Shows that the gate catches every planted fault: `npm run prove [-- NAME... --flag VALUE...]`; flags go to the gate (`--engine k6`). Prints
// a line a fault, exits 1 when one is missed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cases = [
  { plant: 'delay=reserve:+30%', scenario: 'seat-selection', exit: 1 },
  { plant: 'delay=manifest:200', scenario: 'seat-selection', exit: 0 },
  { plant: 'cpu-hog', scenario: 'ticket-validation', exit: 1 },
  { plant: 'lock-contention', scenario: 'checkout', exit: 1 },
  { plant: 'slow-redis', scenario: 'redis-atomics', exit: 1 },
  { plant: 'error', scenario: 'seat-selection', exit: 1 },
  { plant: 'reserve-race', scenario: 'seat-selection', exit: 1 },
  { plant: 'double-admission', scenario: 'ticket-validation', exit: 1 },
  { plant: 'drop-unique-index', scenario: 'checkout', exit: 1 },
  { plant: 'tenant-leak', scenario: 'seat-selection', exit: 1 },
  { plant: 'stale-bitmap', scenario: 'seat-selection', exit: 1 },
  { plant: 'webhook-twice', scenario: 'checkout', exit: 1 },
  { plant: 'hold-expiry-off', scenario: 'seat-selection', exit: 1 },
  { plant: 'lose-broadcasts=0.05', scenario: 'availability-sync', exit: 1 },
  { plant: 'lose-broadcasts=0.5', scenario: 'flash-sale', exit: 1 },
  { plant: 'double-broadcasts=0.05', scenario: 'availability-sync', exit: 1 },
  { plant: 'reorder-broadcasts=0.05', scenario: 'availability-sync', exit: 1 },
  { plant: 'delay-broadcasts=5', scenario: 'availability-sync', exit: 1 },
  { plant: 'mute-node=1', scenario: 'availability-sync', exit: 1 },
  { plant: 'refuse-joins=0.2', scenario: 'availability-sync', exit: 1 },
  { plant: 'leak-broadcasts', scenario: 'tenant-isolation', exit: 1 },
  { plant: 'live-leak', scenario: 'tenant-isolation', exit: 1 },
  { plant: 'forget-csrf', scenario: 'tenant-isolation', exit: 1 },
  { plant: 'full-render', scenario: 'liveview-latency', exit: 1 },
  { plant: 'slow-mount=10', scenario: 'liveview-latency', exit: 1 },
  { plant: 'stale-page=0.2', scenario: 'liveview-latency', exit: 1 },
  { plant: 'socket-leak=500', scenario: 'liveview-latency', exit: 1 },
]

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vge-perf-prove-'))
const words = process.argv.slice(2)
const firstFlag = words.findIndex((word) => word.startsWith('--'))
const names = firstFlag < 0 ? words : words.slice(0, firstFlag)
const more = firstFlag < 0 ? [] : words.slice(firstFlag)
let missed = 0
for (const { plant, scenario, exit } of cases) {
  if (names.length > 0 && !names.some((name) => plant.startsWith(name))) continue
  const begun = Date.now()
  const report = join(folder, plant.replaceAll(/\W/g, '-'))
  const flags = ['gate', '--json', '--scenario', scenario, '--plant', plant, '--report', report, ...more]
  const { status, stdout } = spawnSync(process.execPath, [main, ...flags], {
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 1e8,
  })
  const said = stdout.startsWith('{') ? JSON.parse(stdout) : {}
  // An exit code without a verdict proves nothing.
  const right = status === exit && said.headline !== undefined
  if (!right) missed += 1
  const seconds = Math.round((Date.now() - begun) / 1_000)
  console.log(
    `${right ? 'ok    ' : 'MISSED'} ${plant}  exit ${status}, expected ${exit}, ${seconds} s\n       ${said.headline ?? said.error?.message ?? 'no verdict'}`,
  )
}
rmSync(folder, { recursive: true, force: true })
process.exitCode = missed > 0 ? 1 : 0
