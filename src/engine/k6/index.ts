import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { scratch } from '../../loader/load.js'
import { assertCores, assertNice } from '../../machine/pin.js'
import type { GeneratorConfig } from '../../model/config.js'
import type { Contract } from '../../model/contract.js'
import type { Engine, Work } from '../../model/engine.js'
import { UserError } from '../../model/errors.js'
import type { Plan } from '../../model/plan.js'
import type { Scenario } from '../../model/scenario.js'
import { Run } from '../conduct/run.js'
import { contractOf, scenarioOf } from '../journey/inputs.js'
import { capabilities } from './capabilities.js'
import { compileScript, redisRemedy, type MadeScript } from './compile.js'
import { findK6, type K6 } from './find.js'
import { usualVus } from './orders.js'
import { K6Program } from './program.js'

/** A script that plain k6 runs, for a load that is sent elsewhere, and whether it talks to Redis. Throws `UserError` when it does not compile. */
export async function scriptOf(
  { scenario, source, contract, contractModule }: Work,
  { vus = usualVus, named }: { readonly vus?: number | undefined; readonly named?: string } = {},
): Promise<MadeScript & { readonly needsRedis: boolean }> {
  const redis = needsRedis(scenario, contract)
  const { name } = scenario
  const made = await compileScript({
    name,
    scenarioModule: source,
    contractModule,
    needsRedis: redis,
    vus,
    ...(named === undefined ? {} : { named }),
  })
  return { ...made, needsRedis: redis }
}

const exportOf = async (path: string): Promise<unknown> => {
  const module: unknown = await import(pathToFileURL(path).href)
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
}

// What is written anew into another folder is the same program: the watchers in it must stay.
const contentOf = (path: string): string => createHash('sha1').update(readFileSync(path)).digest('hex')

const needsRedis = ({ steps }: Scenario, { operations }: Contract): boolean =>
  Object.values(steps).some(
    ({ operation }) => operation !== undefined && operations[operation]?.kind === 'redis',
  )

/** Throws `UserError` when a scenario needs Redis and this k6 was built without it. */
function assertRedis(k6: K6, scenario: string): void {
  if (k6.extensions.includes('k6/x/redis')) return
  throw new UserError(`${scenario} talks to Redis, and ${k6.path} (${k6.version}) has no k6/x/redis.`, {
    hint: `${redisRemedy} Or leave the scenario out, or use --engine native.`,
    reason: 'k6_lacks_redis',
  })
}

/**
 * The engine that runs the user's own k6 as a child: the same journeys, compiled, on k6's clients. It is kept between runs of one
 * scenario. One run at a time.
 */
export function createK6Engine(generator: GeneratorConfig = {}): Engine {
  let folder: string | undefined
  let found: K6 | undefined
  let running: { readonly program: K6Program; readonly of: string } | undefined
  let busy = false

  const close = async (): Promise<void> => {
    const { program } = running ?? {}
    running = undefined
    await program?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    folder = undefined
  }

  const programFor = async (plan: Plan, count: number): Promise<K6Program> => {
    const of = [contentOf(plan.scenarioModule), contentOf(plan.contractModule), count].join(' ')
    if (running?.of === of && running.program.whole) return running.program
    await close()
    found ??= await findK6(generator.k6)
    const { scenarioModule, contractModule } = plan
    const scenario = scenarioOf(await exportOf(scenarioModule), scenarioModule)
    const contract = contractOf(await exportOf(contractModule), contractModule, plan.settings)
    const redis = needsRedis(scenario, contract)
    const { text } = await compileScript({
      name: plan.scenario,
      scenarioModule,
      contractModule,
      needsRedis: redis,
      vus: count,
    })
    folder = mkdtempSync(join(scratch(), 'k6-'))
    const file = join(folder, `${plan.scenario}.k6.js`)
    writeFileSync(file, text, { mode: 0o600 })
    running = { program: await K6Program.start(found, file, count, generator), of }
    return running.program
  }

  return {
    name: 'k6',
    capabilities,
    assertRoom: () => {
      assertCores(generator.cores, 'generator.cores')
      assertNice(generator.nice)
    },
    assertAble: async (work) => {
      found ??= await findK6(generator.k6)
      const { scenario, contract } = work
      if (needsRedis(scenario, contract)) assertRedis(found, scenario.name)
      await scriptOf(work)
    },
    run: async (plan, sink, signal) => {
      if (busy) throw new Error('The k6 engine runs one plan at a time.')
      busy = true
      try {
        const count = Math.max(1, generator.workers ?? Math.max(usualVus, plan.workers))
        const { vus } = await programFor(plan, count)
        return await new Run(plan, vus, sink, signal).complete()
      } catch (error) {
        // What k6 was doing is unknown now: begin the next run with a new one.
        await close()
        throw error
      } finally {
        busy = false
      }
    },
    close,
  }
}
