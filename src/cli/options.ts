import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import * as v from 'valibot'
import { coresIn, coresOf } from '../machine/cores.js'
import { mostMinutes, type Config, type TargetSpec } from '../model/config.js'
import type { Arm } from '../model/plan.js'
import { UserError } from '../model/errors.js'
import { fewestSessions } from '../stats/prediction.js'

/** Gathers an option that may be repeated. */
export const many = (value: string, before: string[] = []): string[] => [...before, value]

const number = (schema: v.GenericSchema<number>, what: string) => (value: string) => {
  const parsed = v.safeParse(schema, Number(value))
  // `Number` would take 0x10, 1e1 and blanks, which nobody means.
  if (!parsed.success || !/^\d+(\.\d+)?$/.test(value)) throw new InvalidArgumentError(`expected ${what}.`)
  return parsed.output
}

const within = (least: number, most: number) =>
  number(
    v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)),
    `a whole number from ${least} to ${most}`,
  )
/** Sessions that count: fewer are no baseline. */
export const keep = within(fewestSessions, 1_000)
export const days = within(1, 10_000)
/** The search for change points takes as long as their square, and a second a figure at 200. */
export const points = within(1, 400)
export const count = within(1, 1_000)
/** Any text but none. */
export const seedOption = (value: string): string => {
  if (value.trim() === '') throw new InvalidArgumentError('expected a text, such as 1ffa80.')
  return value
}
const coresOption = (name: string) => (value: string) => coresOf(value, name)
export const minutesOption = number(
  v.pipe(v.number(), v.minValue(0.5), v.maxValue(mostMinutes)),
  `minutes, from 0.5 to ${mostMinutes}`,
)

/** Flags of the commands that send load. */
export interface LoadFlags {
  readonly scenario?: readonly string[]
  readonly profile: string
  readonly target?: readonly string[]
  readonly postgres?: string
  readonly redis?: string
  readonly control?: readonly string[]
  readonly controlPostgres?: string
  readonly controlRedis?: string
  readonly plant?: readonly string[]
  readonly nodes?: number
  readonly engine?: 'native' | 'k6'
  readonly k6Bin?: string
  readonly workers?: number
  readonly cores?: string
  readonly targetCores?: string
  readonly seed?: string
  readonly report?: string
  readonly waive?: readonly string[]
  readonly minutes?: number
  readonly config?: string
  readonly json?: boolean
}

export const withConfig = (command: Command): Command =>
  command
    .option('--config <FILE>', 'configuration (default: vge-perf.config.ts, when there is one)')
    .option('--json', 'the answer as JSON on standard output, and nothing else there')

export const withScenarios = (command: Command, profile: string): Command =>
  withConfig(command)
    .option('--scenario <NAME>', 'a scenario, by name or by file; may be repeated (default: all)', many)
    .option('--profile <NAME>', 'smoke, ci or full, or one of the scenario’s own', profile)

export const withTarget = (command: Command, usual: string): Command =>
  command
    .option('--target <URL>', `a target that is up; repeat for each node (default: ${usual})`, many)
    .option(
      '--postgres <URL>',
      'its Postgres, for data and truth (better: from the environment, in the configuration)',
    )
    .option('--redis <URL>', 'its Redis')

export const withLoad = (command: Command, profile: string): Command =>
  withTarget(withScenarios(command, profile), 'the embedded platform')
    .addOption(
      new Option('--plant <NAME[=VALUE]>', 'plant a fault in the embedded candidate').argParser(many),
    )
    .option('--nodes <N>', 'nodes of the embedded platform', count)
    .addOption(
      new Option('--engine <NAME>', 'what sends the load (default: native)').choices(['native', 'k6']),
    )
    .option('--k6-bin <FILE>', 'the k6 program (default: that of K6_BIN, else of PATH)')
    .option('--workers <N>', 'processes that send load, up to two a core (default: 1; VUs of k6: 4)', count)
    .option('--cores <LIST>', 'cores that they are held to, such as 0 or 0,2-3', coresOption('--cores'))
    .option(
      '--target-cores <LIST>',
      'cores that the embedded platform and its stores are held to',
      coresOption('--target-cores'),
    )
    .option('--seed <TEXT>', 'of arrivals and choices (default: drawn, and printed)', seedOption)
    .option('--report <FOLDER>', 'where artefacts and page go (default: reports/<date>-<seed>)')
    .option('--waive <NAME>', 'an invariant that need not be checked; may be repeated', many)

/** A seed to print and to repeat a run with. */
export const newSeed = (): string => randomBytes(3).toString('hex')

/** Dated, with the seed behind it: two runs may begin in one second. */
export const reportFolder = (given: string | undefined, seed: string): string =>
  given ?? join('reports', `${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}-${seed}`)

/** More processes than two a core only wait for each other, and start late. Throws `UserError` for those. */
const assertWorkers = ({ workers, cores }: Config['generator']): void => {
  const most = 2 * (cores === undefined ? availableParallelism() : (coresIn(cores) ?? []).length)
  if (workers === undefined || workers <= most) return
  throw new UserError(`${workers} processes are to send load, but they may use ${most / 2} core(s).`, {
    hint: `Choose 1 to ${most} with --workers, or \`generator.workers\` in vge-perf.config.ts.`,
    reason: 'too_many_workers',
  })
}

/** The configuration with the command line laid over it. Throws `UserError` for more workers than this machine can use. */
export function configured(config: Config, flags: LoadFlags): Config {
  const generator = {
    ...config.generator,
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.k6Bin === undefined ? {} : { k6: flags.k6Bin }),
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.cores === undefined ? {} : { cores: flags.cores }),
  }
  assertWorkers(generator)
  return {
    ...config,
    embedded: {
      ...config.embedded,
      nodes: flags.nodes ?? config.embedded.nodes,
      ...(flags.targetCores === undefined ? {} : { cores: flags.targetCores }),
    },
    generator,
    gate: {
      ...config.gate,
      budget:
        flags.minutes === undefined
          ? config.gate.budget
          : ((flags.minutes * 60e6) as typeof config.gate.budget),
    },
    waive: [...config.waive, ...(flags.waive ?? [])],
  }
}

const specOf = (
  urls: readonly string[] | undefined,
  postgres: string | undefined,
  redis: string | undefined,
  fallback: TargetSpec | undefined,
): TargetSpec | undefined => {
  const address = urls ?? fallback?.urls
  if (address === undefined) return undefined
  // Stores of the configuration belong to its own target, not to one that the command line names.
  const stores = urls === undefined ? fallback : undefined
  const sql = postgres ?? stores?.postgres
  const cache = redis ?? stores?.redis
  return {
    urls: address,
    ...(sql === undefined ? {} : { postgres: sql }),
    ...(cache === undefined ? {} : { redis: cache }),
  }
}

/** Targets of the command line, else of the configuration. Throws `UserError` for flags that contradict each other. */
export function targetsOf(
  config: Config,
  flags: Omit<LoadFlags, 'profile'>,
): Partial<Record<Arm, TargetSpec>> {
  const candidate = specOf(flags.target, flags.postgres, flags.redis, config.targets.candidate)
  const control = specOf(flags.control, flags.controlPostgres, flags.controlRedis, config.targets.control)
  const contradiction = (first: string, second: string): never => {
    throw new UserError(`${first} and ${second} contradict each other.`, { reason: 'contradiction' })
  }
  if (candidate === undefined) {
    if (control !== undefined)
      throw new UserError('--control names a target to compare with, but there is no --target.')
    if (flags.postgres !== undefined)
      contradiction('--postgres without --target', 'the embedded platform, which has its own')
    if (flags.redis !== undefined)
      contradiction('--redis without --target', 'the embedded platform, which has its own')
    return {}
  }
  if ((flags.plant ?? []).length > 0)
    contradiction('--plant, which is for the embedded platform,', '--target')
  if (flags.nodes !== undefined) contradiction('--nodes, which is for the embedded platform,', '--target')
  if (flags.targetCores !== undefined)
    contradiction('--target-cores, which is for the embedded platform,', '--target')
  return { candidate, ...(control === undefined ? {} : { control }) }
}
