import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileScript } from '../../src/engine/k6/compile.js'
import { createEngine } from '../../src/engine/index.js'
import { usualEnv, usualFlags } from '../../src/engine/k6/orders.js'
import type { Plan } from '../../src/model/plan.js'
import { writeLoad } from '../../src/plan/laid.js'
import { planOf } from '../frame/load.js'
import '../frame/until-parent-ends.js'
import { ourLoads } from '../peers/loads.js'

// `k6-cost WAY URL K6 RATE SECONDS`: what a load takes, microseconds of CPU with all children. WAY: `native` and `k6` are our engines,
// `plain` is k6 alone with the same script and the same plan.

const [, , way = '', url = '', k6 = '', rate = '', time = ''] = process.argv
const perSecond = Number(rate)
const vus = 4
// How much a start takes is found out with as few.
const few = 40

/** CPU of this process and of its children that have ended, microseconds. Source: proc_pid_stat(5), in ticks of 10 ms. */
const spent = (): number => {
  const { user, system } = process.cpuUsage()
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return user + system + (Number(fields[13]) + Number(fields[14])) * 10_000
}

async function byEngine(plan: Plan, name: string): Promise<void> {
  const engine = createEngine(name, name === 'k6' ? { generator: { k6, workers: vus } } : {})
  const sink = { interval() {}, receipt() {}, event() {}, exemplar() {}, progress() {} }
  try {
    const { arms } = await engine.run(plan, sink, new AbortController().signal)
    const { started, errors } = arms.candidate ?? {}
    if (started !== plan.arrivals || errors?.length !== 0)
      throw new Error(`the load went wrong: ${JSON.stringify(arms)}`)
  } finally {
    await engine.close()
  }
}

async function plainly(plan: Plan): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-bench-'))
  try {
    const script = join(folder, 'script.k6.js')
    const { scenarioModule, contractModule } = plan
    const parts = { name: 'bench', scenarioModule, contractModule, needsRedis: false, vus }
    const { text, made } = await compileScript(parts)
    writeLoad(folder, [plan], {
      scenario: 'bench',
      named: 'bench',
      profile: 'bench',
      seed: 'bench',
      script: made,
    })
    writeFileSync(script, text)
    const flags = ['--quiet', ...usualFlags, '--address=']
    const child = spawn(k6, ['run', ...flags, '--out', 'json=/dev/null', script], {
      env: { ...process.env, ...usualEnv, VGE_LOAD: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`k6 ended with ${code}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function costOf(journeys: number): Promise<number> {
  const starts = Array.from({ length: journeys }, (_, n) => Math.floor((n * 1e6) / perSecond))
  const { plan, remove } = planOf({ url, connections: 1_000, timeoutSeconds: 2, starts, ...ourLoads.journey })
  const before = spent()
  try {
    await (way === 'plain' ? plainly(plan) : byEngine(plan, way))
    return spent() - before
  } finally {
    remove()
  }
}

const start = await costOf(few)
const journeys = Math.round(perSecond * Number(time))
const all = await costOf(journeys)
process.stdout.write(`${JSON.stringify({ cpu: (all - start) / (journeys - few), start })}\n`)
