import type { Command } from 'commander'
import { assertSecrets, readConfig } from '../../config/read.js'
import type { Config } from '../../model/config.js'
import type { GateOptions } from '../../jobs/gate.js'
import { UserError } from '../../model/errors.js'
import { repeatCommand } from '../repeat.js'
import { many, newSeed, configured, reportFolder, targetsOf, withLoad, type LoadFlags } from '../options.js'
import { progressLine } from '../progress.js'
import { showVerdict } from '../show.js'
import { abortOnSignals } from '../signals.js'

export interface GateFlags extends LoadFlags {
  readonly baseline?: string
  readonly baselines: string
  /** Commander's negation of `--no-regression-check`. */
  readonly regressionCheck: boolean
}

/** Everything that can be wrong before the load is said here, before anything is started. */
export async function gateOptions(flags: GateFlags, single: boolean): Promise<GateOptions> {
  const [{ findScenarios, profileOf }, { embeddedSource, urlSource }, { assertWritable }, { assertFaults }] =
    await Promise.all([
      import('../../scenario/find.js'),
      import('../../jobs/targets.js'),
      import('../../store/index.js'),
      import('../../target/faults.js'),
    ])
  const read = configured(await readConfig(flags.config), flags)
  const specs = targetsOf(read, flags)
  const config = await withSecretOf(read, specs.candidate?.urls ?? [])
  assertSecrets(config)
  const embedded = specs.candidate === undefined
  if (flags.baseline !== undefined && !flags.regressionCheck) {
    throw new UserError('--baseline and --no-regression-check contradict each other.', {
      reason: 'contradiction',
    })
  }
  if (flags.baseline !== undefined && flags.control !== undefined) {
    throw new UserError('--baseline and --control contradict each other: compare with one of them.', {
      reason: 'contradiction',
    })
  }
  const scenarios = await findScenarios(flags.scenario ?? [], config.scenarios)
  for (const { scenario } of scenarios) profileOf(scenario, flags.profile)
  await assertFaults(flags.plant ?? [])
  const baseline =
    flags.baseline === undefined ? undefined : await readBaseline(flags.baselines, flags.baseline)
  const seed = flags.seed ?? newSeed()
  const folder = reportFolder(flags.report, seed.replaceAll(/\W/g, '-'))
  await assertWritable(folder)
  const alone = single || flags.baseline !== undefined || !flags.regressionCheck
  return {
    config,
    seed,
    workers: config.generator.workers ?? 1,
    signal: abortOnSignals(),
    say: () => undefined,
    repeat: repeatCommand(seed),
    source: embedded
      ? embeddedSource(config, alone ? ['candidate'] : ['control', 'candidate'], flags.plant ?? [])
      : urlSource(config, alone ? { candidate: specs.candidate } : specs),
    scenarios,
    profile: flags.profile,
    folder,
    waive: config.waive,
    noRegressionCheck: single || !flags.regressionCheck,
    ...(baseline === undefined ? {} : { baseline }),
  }
}

/** A target of `target up` has a webhook secret of its own, which its state file knows. */
const withSecretOf = async (config: Config, urls: readonly string[]): Promise<Config> => {
  if (urls.length === 0) return config
  const { targetStatus } = await import('../../target/supervisor.js')
  const status = targetStatus()
  const ours =
    status.state === 'up' && urls.some((url) => status.target.urls.includes(url.replace(/\/+$/, '')))
  return ours
    ? { ...config, secrets: { ...config.secrets, webhook_secret: status.target.webhookSecret } }
    : config
}

const readBaseline = async (root: string, name: string): Promise<GateOptions['baseline']> => {
  const { readSessions } = await import('../../store/index.js')
  return {
    name,
    sessions: (await readSessions(root, name)).filter(({ promotedAt }) => promotedAt !== undefined),
  }
}

/** Runs the gate, writes its reports, prints its last screen. Returns the exit code. */
export async function runGate(options: GateOptions, json: boolean): Promise<number> {
  const [{ gate }, { writeReports }, { placesOf }] = await Promise.all([
    import('../../jobs/gate.js'),
    import('../../jobs/report.js'),
    import('../github.js'),
  ])
  const progress = progressLine(undefined)
  const { verdict, judged } = await gate({ ...options, say: progress.say }).finally(progress.end)
  const page = await writeReports(options.folder, verdict, judged)
  await showVerdict(verdict, { json, page, places: placesOf(options.scenarios) })
  return verdict.exit
}

export function gateCommand(program: Command, done: (code: number) => void): void {
  const command = withLoad(program.command('gate'), 'smoke')
    .description(
      'decide whether this build may be deployed: exit 0 pass, 1 regression, 2 usage, 3 inconclusive, 4 failed',
    )
    .option('--control <URL>', 'the build to compare with, up at this address; repeat for each node', many)
    .option('--control-postgres <URL>', 'its Postgres')
    .option('--control-redis <URL>', 'its Redis')
    .option('--baseline <NAME>', 'compare with promoted sessions instead of a control')
    .option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')
    .option('--no-regression-check', 'judge budgets and invariants only, and say so')
  command.action(async (flags: GateFlags) =>
    done(await runGate(await gateOptions(flags, false), flags.json === true)),
  )
}

export function runCommand(program: Command, done: (code: number) => void): void {
  withLoad(program.command('run'), 'smoke')
    .description('measure scenarios on one target, judge budgets and invariants, keep the artefact')
    .action(async (flags: GateFlags) =>
      done(await runGate(await gateOptions({ ...flags, regressionCheck: true }, true), flags.json === true)),
    )
}
