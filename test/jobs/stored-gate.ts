import { join } from 'node:path'
import type { RunHeader } from '../../src/model/artefact.js'
import type { Arm } from '../../src/model/plan.js'
import { bits } from '../../src/schedule/random.js'
import { createGroup } from '../../src/store/index.js'
import { header, interval, unitRecord } from '../store/fixture.js'

const arms = ['control', 'candidate'] as const
const samples = 200

const headerOf = (arm: Arm, scenario: string): RunHeader => {
  const { probes: _, ...rest } = header
  return {
    ...rest,
    arm,
    scenario,
    fingerprint: { ...header.fingerprint, must: { ...header.fingerprint.must, plan: header.planHash } },
    promises: {
      ...header.promises,
      steps: ['reserve'],
      budgets: { quantiles: {} },
      mix: {},
      wins: {},
      invariants: [],
    },
    repeat: `vge-perf gate --scenario ${scenario} --profile smoke --seed monday`,
  }
}

/** What a gate leaves in a report's folder: two starts of three units, the candidate `factor` times as slow. Returns the report's folder. */
export async function storedGate(
  folder: string,
  { factor = 1, scenario = 'seat-selection' }: { readonly factor?: number; readonly scenario?: string } = {},
): Promise<string> {
  const about = { scenario, profile: 'smoke', arms }
  const headers = { control: headerOf('control', scenario), candidate: headerOf('candidate', scenario) }
  const writer = await createGroup(join(folder, scenario), about, headers)
  for (let index = 0; index < 6; index += 1) {
    for (const arm of arms) {
      const values = Array.from({ length: samples }, (_, n) =>
        Math.round(
          (10_000 + (bits('noise', n + samples * index, arm) % 4_000)) * (arm === 'candidate' ? factor : 1),
        ),
      )
      const run = writer.arm(arm)
      for (const [metric, outcome] of [
        ['reserve', 'won'],
        ['whole', 'done'],
      ] as const)
        run?.interval(index * 4, index, interval(metric, outcome, 0, values, arm))
    }
    const plain = unitRecord(index, index * 4)
    const record = {
      ...plain,
      group: index < 3 ? 0 : 1,
      accounting: {
        ...plain.accounting,
        intended: samples,
        started: samples,
        steps: { begun: samples, answered: samples, timedOut: 0, failed: 0 },
        outcomes: { reserve: { won: samples } },
        errors: [],
        receipts: {},
      },
    }
    await writer.unit({ control: record, candidate: record })
  }
  await writer.end({ endedAt: '2026-02-03T04:06:00.000Z', status: 'complete' })
  return folder
}
