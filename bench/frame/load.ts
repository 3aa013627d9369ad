import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan, PlanPhase } from '../../src/model/plan.js'
import { micros, seconds } from '../../src/model/time.js'

/** A load of one arm as a bench wants it. */
export interface BenchLoad {
  readonly url: string
  /** Intended starts, microseconds, ascending; row n is journey n. Empty for a closed load. */
  readonly starts: readonly number[]
  /** Closed model instead: so many users, for so long. */
  readonly closed?: { readonly users: number; readonly seconds: number }
  readonly burst?: boolean
  readonly connections?: number
  readonly workers?: number
  readonly timeoutSeconds?: number
  /** Text of a compiled scenario and contract: ES modules with a default export. */
  readonly scenario: string
  readonly contract: string
  readonly seed?: string
}

const phaseOf = ({ closed, burst = false, starts }: BenchLoad): PlanPhase => ({
  name: 'main',
  kind: closed === undefined ? (burst ? 'burst' : 'open') : 'closed',
  arm: closed === undefined ? undefined : 0,
  users: closed?.users ?? 0,
  think: micros(0),
  duration: closed === undefined ? micros((starts.at(-1) ?? 0) + 1) : seconds(closed.seconds),
  count: starts.length,
  firstRow: 0,
})

/** Writes what a plan names into a folder of its own. `remove` takes it away again. */
export function planOf(load: BenchLoad): { readonly plan: Plan; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-bench-'))
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
    return path
  }
  const zeros = load.starts.map(() => 0)
  const rowsFile = file('rows.json', {})
  const plan: Plan = {
    formatVersion: 1,
    scenario: 'bench',
    profile: 'bench',
    seed: load.seed ?? 'bench',
    hash: 'bench',
    load: { phases: [{ name: 'main', arrivals: { kind: 'burst', count: Math.max(1, load.starts.length) } }] },
    arms: [{ arm: 'candidate', urls: [load.url], redis: undefined, rowsFile }],
    phases: [phaseOf(load)],
    arrivalsFile: file('arrivals.json', {
      at: load.starts,
      arm: zeros,
      phase: zeros,
      n: load.starts.map((_, n) => n),
    }),
    arrivals: load.starts.length,
    scenarioModule: file('scenario.mjs', load.scenario),
    contractModule: file('contract.mjs', load.contract),
    settings: {},
    headers: {},
    secretsFile: file('secrets.json', {}),
    timeout: seconds(load.timeoutSeconds ?? 10),
    workers: load.workers ?? 1,
    ...(load.connections === undefined ? {} : { maxConnections: load.connections }),
  }
  return { plan, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
