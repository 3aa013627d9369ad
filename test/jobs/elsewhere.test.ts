import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compiled } from '../../src/model/package.js'
import type { Verdict } from '../../src/model/verdict.js'
import { startEmbedded, type Target } from '../../src/target/embedded.js'
import { sendBy, standIn } from '../engine/k6/laid-stage.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-elsewhere-'))
let target: Target

/** Seats of one event, taken while one watcher hears of it. */
const held = `
import { call, effect, ms, open, perSecond, scenario, seconds } from 'vge-perf'
export default scenario('held', {
  slice: 'seating',
  steps: {
    watch: call('seatingTopic', { joined: 'joined' }),
    reserve: call('reserve', { 201: 'won', 409: 'conflict', 429: 'rate_limited' }),
    heard: effect({ told: 'heard' }),
  },
  data: ({ arrivals }) => ({ events: 1, seats: arrivals, buyers: arrivals }),
  row: ({ n, entity }) => ({ seat: entity('seats', n), buyer: entity('buyers', n), event: entity('events', 0) }),
  audience: async (vu, { event, buyer }) =>
    (await vu.socket('watch', { org: event.organization, event: event.id, as: buyer.token }, { heard: 'heard' })).outcome,
  async journey(vu, { seat, buyer }) {
    const held = await vu.reserve({ event: seat.event, seat: seat.id, as: buyer.token })
    const who = { event: seat.event, seat: seat.id, buyer: buyer.id }
    if (held.outcome === 'won')
      vu.receipt('hold', { ...who, hold: held.json.hold_id, until: held.json.held_until_unix, answered: held.at })
    return held.outcome
  },
  profiles: {
    tiny: { load: open(perSecond(30), seconds(2)), audience: { count: 2, joining: ms(100) }, timeout: seconds(1), budgets: { reserve: { p99: seconds(1) }, errors: 0.01 } },
  },
  wins: { reserve: { won: 'hold' } },
  invariants: ['one-live-hold-a-seat', 'every-win-is-kept', 'registry-equals-database', 'each-change-is-heard-once'],
})
`

const vgePerf = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('src/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, GITHUB_ACTIONS: '' },
  })
  return { status, stdout, stderr }
}
const at = () => ['--target', target.urls[0] ?? '', '--postgres', target.postgres, '--redis', target.redis]
const stores = () => ['--postgres', target.postgres, '--redis', target.redis]
const lay = (load: string, ...more: string[]) =>
  vgePerf(
    'compile',
    './held.ts',
    '--profile',
    'tiny',
    '--load',
    load,
    '-o',
    `${load}.js`,
    '--vus',
    '4',
    ...at(),
    ...more,
  )

beforeAll(async () => {
  writeFileSync(join(folder, 'held.ts'), held)
  target = await startEmbedded({
    label: 'elsewhere',
    nodes: 1,
    settings: {},
    plant: [],
    signal: AbortSignal.timeout(120_000),
  })
}, 120_000)
afterAll(async () => {
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
})

test(
  'what two programs sent is collected, weighed against the stores, judged, and cleared away',
  { timeout: 120_000 },
  async () => {
    const laid = lay('load', '--seed', 'one')
    expect(laid.stderr).toContain('vge-perf collect load')
    expect(laid.status).toBe(0)
    // Rows hold tokens.
    expect(statSync(join(folder, 'load', 'rows.json')).mode & 0o077).toBe(0)
    const rows = readFileSync(join(folder, 'load', 'rows.json'), 'utf8')
    const token = /"token":"([^"]{10,})"/.exec(rows)?.[1] ?? ''
    expect(token).not.toBe('')
    expect(readFileSync(join(folder, 'load.js'), 'utf8')).not.toContain(token)
    const again = lay('load')
    expect(again.stderr).toContain('already holds a load')
    expect(again.status).toBe(2)

    const files = await sendBy(standIn, { folder: join(folder, 'load'), script: join(folder, 'load.js') }, 2)
    // One file too few is refused, and nothing is touched by that.
    const kept = join(folder, 'kept.ndjson')
    copyFileSync(files[0] ?? '', kept)
    rmSync(files[0] ?? '')
    const short = vgePerf('collect', 'load', '--expect', '2', ...stores())
    expect(short.stderr).toContain('2 programs were to send the load')
    expect(short.status).toBe(4)
    copyFileSync(kept, files[0] ?? '')

    const collected = vgePerf('collect', 'load', '--expect', '2', '--json', '--report', 'report', ...stores())
    const verdict = JSON.parse(collected.stdout) as Verdict
    const [scenario] = verdict.scenarios
    expect(scenario?.invariants.map(({ status }) => status)).toEqual(['held', 'held', 'held', 'held'])
    // A machine that is busy with other tests may be late; nothing else may be wrong.
    expect(['promises_held', 'generator_invalid']).toContain(verdict.reason)
    expect(
      scenario?.times.find(({ metric, outcome }) => metric === 'reserve' && outcome === 'won')?.count,
    ).toBeGreaterThan(30)
    expect(verdict.repeat).toBe(
      `vge-perf compile ./held.ts --profile tiny --load again -o again.k6.js --target ${at()[1]} --seed one`,
    )
    // Nobody could have asked the target for its metrics then.
    expect(scenario?.warnings.join()).not.toContain('metrics')
    expect(existsSync(join(folder, 'report', 'index.html'))).toBe(true)
    const run = JSON.parse(readFileSync(join(folder, 'report', 'held', 'candidate', 'run.json'), 'utf8')) as {
      readonly fingerprint: { readonly must: Record<string, string> }
      readonly engine: { readonly name: string }
    }
    expect(run.engine.name).toBe('k6')
    expect(run.fingerprint.must['machine']).toBe('2 programs elsewhere')

    // What could not be told keeps the load; it may be told by another look.
    if (collected.status === 3) {
      expect(readdirSync(join(folder, 'load'))).toContain('rows.json')
      expect(vgePerf('collect', 'load', '--discard', ...stores()).status).toBe(0)
      return
    }
    // Its rows are gone with it, and it cannot be weighed a second time, which would find every win lost.
    expect(readdirSync(join(folder, 'load'))).not.toContain('rows.json')
    expect(readdirSync(join(folder, 'load'))).not.toContain('secrets.json')
    const twice = vgePerf('collect', 'load', ...stores())
    expect(twice.stderr).toContain('was collected before')
    expect(twice.status).toBe(2)
  },
)

test(
  'a promise that the target breaks is found in what was sent elsewhere',
  { timeout: 120_000 },
  async () => {
    expect(lay('broken').status).toBe(0)
    await sendBy(standIn, { folder: join(folder, 'broken'), script: join(folder, 'broken.js') }, 1)
    // As a target that loses holds: one receipt tells of a win that is in no store.
    const [name = ''] = readdirSync(join(folder, 'broken', 'samples'))
    const file = join(folder, 'broken', 'samples', name)
    const text = readFileSync(file, 'utf8')
    const hold = /\\"hold\\":\\"([0-9a-f-]{36})\\"/.exec(text)?.[1] ?? ''
    expect(hold).not.toBe('')
    writeFileSync(file, text.replaceAll(hold, '00000000-0000-4000-8000-000000000000'))
    const { status, stderr } = vgePerf('collect', 'broken', '--expect', '1', ...stores())
    expect(stderr).not.toContain('unexpected')
    expect(status).toBe(1)
  },
)

test('without its stores a load is not collected, and keeps its rows; given up, they go', () => {
  expect(lay('given-up').status).toBe(0)
  const blind = vgePerf('collect', 'given-up')
  expect(blind.stderr).toContain('are in a Postgres, and none is named')
  expect(blind.status).toBe(2)
  // What is collected is gone from the target, and Redis could not be asked any more.
  const half = vgePerf('collect', 'given-up', '--postgres', target.postgres)
  expect(half.stderr).toMatch(/registry-equals-database.* cannot be checked: the target names no --redis/)
  expect(half.status).toBe(2)
  // Nor is what other stores lack lost by the target.
  const postgres = Object.assign(new URL(target.postgres), { pathname: '/template1' }).href
  const redis = `${target.redis}?db=7`
  for (const more of [[], ['--discard']]) {
    for (const [given, lack] of [
      [['--postgres', postgres, '--redis', target.redis], /"organizations" does not exist/],
      [['--postgres', target.postgres, '--redis', redis], /Redis has no bitmap of its events/],
    ] as const) {
      const strange = vgePerf('collect', 'given-up', ...more, ...given)
      expect(strange.stderr).toMatch(lack)
      expect(strange.stderr).toContain('are not in the stores that are named')
      expect(strange.status).toBe(2)
    }
  }
  expect(existsSync(join(folder, 'given-up', 'rows.json'))).toBe(true)
  // Nor two at once, nor rows that are no longer those of the load, or are half taken away.
  const [lock, mark, rows] = ['collecting', 'clearing', 'rows.json'].map((name) =>
    join(folder, 'given-up', name),
  ) as [string, string, string]
  writeFileSync(lock, String(process.pid))
  const second = vgePerf('collect', 'given-up', '--discard', ...stores())
  expect(second.stderr).toContain('Another `vge-perf collect` is at given-up')
  expect(second.status).toBe(4)
  // Of a process that is gone.
  writeFileSync(lock, String(2 ** 30))
  const whole = readFileSync(rows, 'utf8')
  writeFileSync(rows, '{"organizations":[]}')
  expect(vgePerf('collect', 'given-up', '--discard', ...stores()).stderr).toContain('was changed since')
  writeFileSync(rows, whole)
  writeFileSync(mark, '')
  expect(vgePerf('collect', 'given-up', ...stores()).stderr).toContain('were being taken away')
  const discarded = vgePerf('collect', 'given-up', '--discard', ...stores())
  expect(discarded.stderr).not.toContain('rows stay')
  expect(discarded.status).toBe(0)
  expect(readdirSync(join(folder, 'given-up'))).toEqual(['.gitignore', 'samples'])
  expect(lay('given-up').status).toBe(0)
  expect(vgePerf('collect', 'given-up', '--discard', ...stores()).status).toBe(0)
})

test('a load that was changed is no load', () => {
  const laid = join(folder, 'changed')
  mkdirSync(laid, { recursive: true })
  const head = { formatVersion: 1, id: 'x', script: 'x', scenario: 'x', named: 'x', profile: 'x', seed: 'x' }
  for (const text of [
    'null',
    '[]',
    '{"formatVersion":1,"id":"x","plans":[{}]}',
    JSON.stringify({ ...head, plans: [] }),
    JSON.stringify({ ...head, plans: [null] }),
    JSON.stringify({ ...head, plans: [{ arms: [] }] }),
  ]) {
    writeFileSync(join(laid, 'load.json'), text)
    const { status, stderr } = vgePerf('collect', 'changed')
    expect(stderr).toMatch(/cannot be read as a load that was laid out/)
    expect(status).toBe(2)
  }
})

test('what cannot be laid out or collected is said in a sentence', () => {
  const mistakes = [
    [['compile', 'nowhere'], 2, /no scenario "nowhere"/],
    [['compile', './held.ts', '--load', 'x', '--profile', 'tiny'], 2, /needs a target that stays up/],
    [['compile', './held.ts', '-o', 'no/such/folder.js'], 2, /cannot be written/],
    [['collect', 'nowhere'], 2, /cannot be read as a load/],
    [['k8s', './held.ts', '--parallelism', '3', '--vus', '2'], 2, /3 pods cannot share 2 VUs/],
    [['k8s', './held.ts', '--namespace', 'Not Good'], 2, /is no namespace of Kubernetes/],
  ] as const
  for (const [args, exit, sentence] of mistakes) {
    const { status, stderr } = vgePerf(...args)
    expect(stderr, args.join(' ')).toMatch(sentence)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(status, args.join(' ')).toBe(exit)
  }
})
