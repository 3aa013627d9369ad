import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import type { ResolvedProfile, Scenario } from '../../src/model/scenario.js'
import { rowContext } from '../../src/schedule/row-context.js'
import { prepareSql } from '../data/prepare-sql.js'
import { startTestStores, type TestStores } from '../truth/stores.js'
import { dicedVu, type Seen } from './diced-platform.js'

const journeys = 3_000
const watchers = 60

let target: TestStores

const run = async (scenario: Scenario, { data, load: { phases } }: ResolvedProfile): Promise<Seen> => {
  const { dataset, clean } = await prepareSql(target, data({ arrivals: journeys }))
  const seen: Seen = { outcomes: new Map(), receipts: new Map(), missing: new Set() }
  for (let n = 0; n < journeys; n += 1) {
    const phase = phases[Math.floor((n / journeys) * phases.length)]?.name ?? ''
    await scenario.journey(dicedVu(scenario, n, seen), scenario.row(rowContext('seed', dataset, n, phase)))
  }
  for (let n = 0; scenario.audience !== undefined && n < watchers; n += 1) {
    await scenario.audience(
      dicedVu(scenario, n, seen),
      scenario.row(rowContext('seed', dataset, n, 'audience')),
    )
  }
  await clean()
  return seen
}

/** Receipts that the wins of a run ask for, by kind. */
const owed = (scenario: Scenario, { outcomes }: Seen): Record<string, number> => {
  const kinds: Record<string, number> = {}
  for (const [step, wins] of Object.entries(scenario.wins)) {
    for (const [outcome, kind] of Object.entries(wins)) {
      kinds[kind] = (kinds[kind] ?? 0) + (outcomes.get(`${step} ${outcome}`) ?? 0)
    }
  }
  return kinds
}

/** Tests of what every scenario must be. Starts the stores. */
export function testScenarios(scenarios: readonly Scenario[]): void {
  beforeAll(async () => {
    target = await startTestStores()
  })
  afterAll(() => target.stop())
  for (const scenario of scenarios) {
    test(`${scenario.name} names only what the contract has`, () => {
      const operations = Object.values(scenario.steps).flatMap(({ operation }) => operation ?? [])
      expect(operations.filter((name) => !(name in contract.operations))).toEqual([])
      expect(scenario.invariants.filter((name) => !(name in contract.invariants))).toEqual([])
      expect(Object.keys(scenario.profiles)).toEqual(['smoke', 'ci', 'full'])
    })

    test(`${scenario.name}: every row can be made, every step is used, each win leaves one receipt`, async () => {
      const used = new Set<string>()
      for (const profile of Object.values(scenario.profiles)) {
        const seen = await run(scenario, profile)
        for (const one of seen.outcomes.keys()) used.add(one.split(' ')[0] ?? '')
        expect([...seen.missing]).toEqual([])
        expect(Object.fromEntries(seen.receipts)).toMatchObject(owed(scenario, seen))
      }
      expect([...used].toSorted()).toEqual(Object.keys(scenario.steps).toSorted())
    })
  }
}
