import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt } from '../../src/model/contract.js'
import type { ArmAccounting, Exemplar, Interval, RunEvent, RunSink } from '../../src/model/engine.js'
import type { Arm, ArrivalTable, Plan, PlanPhase } from '../../src/model/plan.js'
import { ms, seconds } from '../../src/model/time.js'

/** A scenario and a contract as a plan's compiled modules have them. */
const scenarioModule = `export default {
  name: 'tiny', steps: {
    take: { operation: 'take', answers: { 201: 'won', 409: 'conflict' } },
    look: { operation: 'look', answers: { seen: 'seen' } },
  },
  row: ({ n, phase, entity }) => ({ n, phase, buyer: entity('buyers', n) }),
  journey: async (vu, row) => {
    if (row.n === 9999) process.kill(process.pid, 'SIGKILL')
    if (row.n === 666) throw new Error('the journey fell over')
    const taken = await vu.take({ seat: row.n, as: row.buyer.token })
    if (taken.outcome !== 'won') return taken.outcome
    vu.receipt('hold', { seat: taken.json.seat })
    await vu.think(20_000)
    await vu.look({ seat: row.n })
  },
}`

const contractModule = `export default {
  name: 'tiny', keys: {}, figures: {},
  operations: {
    take: { kind: 'http', method: 'POST', path: '/nowhere/{seat}', auth: 'as', body: ({ seat }, { secrets }) => ({ seat, word: secrets.word }),
      headers: (body, _, { hmacSha256 }) => ({ 'x-signature': hmacSha256('key', body) }) },
    look: { kind: 'http', method: 'GET', path: '/seats/{seat}', answer: (status, json) => status === 200 ? String(json.status) : String(status) },
  },
}`

export const oneArm = (count: number, gap: number): ArrivalTable => ({
  at: Array.from({ length: count }, (_, index) => index * gap),
  arm: Array.from({ length: count }, () => 0),
  phase: Array.from({ length: count }, () => 0),
  n: Array.from({ length: count }, (_, index) => index),
})

export const phase = (part: Partial<PlanPhase> = {}): PlanPhase => ({
  name: 'main',
  kind: 'open',
  arm: undefined,
  users: 0,
  think: ms(0),
  duration: seconds(1),
  count: 0,
  firstRow: 0,

  ...part,
})

export interface PlanParts {
  readonly urls: Partial<Record<Arm, string>>
  readonly table: ArrivalTable
  readonly phases?: readonly PlanPhase[]
  readonly timeout?: Plan['timeout']
  readonly workers?: number
  /** Text of the compiled modules, when not the tiny ones. */
  readonly scenario?: string
  readonly contract?: string
  readonly redis?: string
}

/** Writes what a plan names into a folder of its own. */
export function makePlan({
  urls,
  table,
  phases = [phase()],
  timeout = seconds(5),
  workers = 1,
  ...rest
}: PlanParts): { plan: Plan; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-engine-'))
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
    return path
  }
  const rowsFile = file('rows.json', { buyers: [{ id: 1, token: 'token-1' }] })
  const arms = (['control', 'candidate'] as const).filter((arm) => urls[arm] !== undefined)
  const names = [...new Set(phases.map(({ name }) => name))]
  const plan: Plan = {
    formatVersion: 1,
    scenario: 'tiny',
    profile: 'test',
    seed: 'seed',
    hash: 'hash',
    load: { phases: names.map((name) => ({ name, arrivals: { kind: 'burst', count: 1 } })) },
    arms: arms.map((arm) => ({ arm, urls: [urls[arm] ?? ''], redis: rest.redis, rowsFile })),
    phases,
    arrivalsFile: file('arrivals.json', table),
    arrivals: table.at.length,
    scenarioModule: file('scenario.mjs', rest.scenario ?? scenarioModule),
    contractModule: file('contract.mjs', rest.contract ?? contractModule),
    settings: rest.contract === undefined ? { operations: { take: { path: '/seats/{seat}' } } } : {},
    headers: { 'x-extra': 'yes' },
    secretsFile: file('secrets.json', { word: 'plugh' }),
    timeout,
    workers,
  }
  return { plan, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Keeps all that an engine gives out. */
export function keepAll() {
  const kept = {
    intervals: [] as Interval[],
    receipts: [] as { arm: Arm; receipt: Receipt }[],
    events: [] as RunEvent[],
    exemplars: [] as Exemplar[],
    progress: [] as { started: number; ended: number }[],
  }
  const sink: RunSink = {
    interval: (interval) => kept.intervals.push(interval),
    receipt: (arm, receipt) => kept.receipts.push({ arm, receipt }),
    event: (event) => kept.events.push(event),
    exemplar: (exemplar) => kept.exemplars.push(exemplar),
    progress: (done) => kept.progress.push(done),
  }
  const values = (metric: string, part = 'total', arm: Arm = 'control', outcome?: string): number[] =>
    kept.intervals
      .filter(
        (one) =>
          one.metric === metric &&
          one.part === part &&
          one.arm === arm &&
          (outcome ?? one.outcome) === one.outcome,
      )
      .flatMap((one) => [...one.values])
  return { ...kept, sink, values }
}

/** What must hold of every accounting, however the run ended. */
export function identities(arm: ArmAccounting | undefined): string[] {
  if (arm === undefined) return ['no accounting']
  const { steps } = arm
  const outcomes = Object.values(arm.outcomes)
    .flatMap((counts) => Object.values(counts))
    .reduce((a, b) => a + b, 0)
  return [
    ...(arm.intended === arm.started + arm.notStarted
      ? []
      : [`intended ${arm.intended} ≠ ${arm.started} + ${arm.notStarted}`]),
    ...(steps.begun === steps.answered + steps.timedOut + steps.failed
      ? []
      : [`begun: ${JSON.stringify(steps)}`]),
    ...(steps.begun === outcomes ? [] : [`outcomes ${outcomes} ≠ begun ${steps.begun}`]),
  ]
}

type Handler = (
  request: { method: string; path: string; headers: IncomingMessage['headers']; body: string },
  response: ServerResponse,
) => void

/** A tiny HTTP target on a free port. `kill` ends it as a crash would. */
export async function target(handler: Handler) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () =>
      handler(
        { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body },
        response,
      ),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2_048, resolve))
  const { port } = server.address() as AddressInfo
  const kill = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, kill }
}

/** Answers of a target where every seat is won. */
export const allWon: Handler = ({ method, path }, response) => {
  response.setHeader('content-type', 'application/json')
  response.statusCode = method === 'POST' ? 201 : 200
  response.end(JSON.stringify(method === 'POST' ? { data: { seat: path } } : { status: 'seen' }))
}
