import type { Command } from 'commander'
import { assertSecrets, readConfig } from '../../config/read.js'
import { usualMinutes, type Config } from '../../model/config.js'
import type { GateOptions, GateResult } from '../../jobs/gate.js'
import type { SelfTestOptions } from '../../jobs/self-test.js'
import { UserError } from '../../model/errors.js'
import { repeatCommand } from '../repeat.js'
import {
  configured,
  many,
  minutesOption,
  newSeed,
  reportFolder,
  targetsOf,
  withLoad,
  type LoadFlags,
} from '../options.js'
import { say } from '../output.js'
import { progressLine } from '../progress.js'
import { showJudged } from '../show.js'
import { abortOnSignals } from '../signals.js'

export interface GateFlags extends LoadFlags {
  readonly baseline?: string
  readonly baselines: string
  /** Commander's negation of `--no-regression-check`. */
  readonly regressionCheck: boolean
  readonly selfTest?: boolean
}

/** Everything that can be wrong before the load is said here, before anything is started. */
export async function gateOptions(flags: GateFlags, single: boolean): Promise<SelfTestOptions> {
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
  const arms = alone ? (['candidate'] as const) : (['control', 'candidate'] as const)
  return {
    config,
    seed,
    workers: config.generator.workers ?? 1,
    signal: abortOnSignals(),
    say: () => undefined,
    repeat: repeatCommand(seed),
    source: embedded
      ? embeddedSource(config, arms, flags.plant ?? [])
      : urlSource(config, alone ? { candidate: specs.candidate } : specs),
    ...(embedded ? { faulty: (faults: readonly string[]) => embeddedSource(config, arms, faults) } : {}),
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
  const [{ readSessions }, { latestRelease }] = await Promise.all([
    import('../../store/index.js'),
    import('../../jobs/upkeep.js'),
  ])
  const pinned = await latestRelease({ root, name })
  return {
    name,
    sessions: (await readSessions(root, name)).filter(({ promoted }) => promoted === true),
    ...(pinned === undefined ? {} : { pinned }),
  }
}

/** Runs the gate, or what else judges as it does, writes its reports, prints its last screen. Returns the exit code. */
export async function runGate<O extends GateOptions>(
  options: O,
  json: boolean,
  job?: (options: O) => Promise<GateResult>,
): Promise<number> {
  const [{ gate }, { judgeStored, writeReports }, { placesOf }] = await Promise.all([
    import('../../jobs/gate.js'),
    import('../../jobs/report.js'),
    import('../github.js'),
  ])
  const progress = progressLine(undefined)
  const found = await (job ?? gate)({ ...options, say: progress.say })
    .catch(async (error: unknown) => {
      // A job that failed has its files all the same. Where nothing was measured there is nothing to report, and why it failed is what counts.
      const old = error instanceof UserError && error.reason === 'run_exists'
      const left = old ? undefined : await judgeStored(options.folder, options).catch(() => undefined)
      if (left !== undefined)
        await writeReports(options.folder, left.verdict, left.judged).catch(() => undefined)
      throw error
    })
    .finally(progress.end)
  return showJudged(found, { folder: options.folder, json, places: placesOf(options.scenarios) })
}

/** Plants what the gate has to catch, and says that it did. Throws `UserError` when it did not. */
async function testGate(options: SelfTestOptions): Promise<void> {
  const { selfTest } = await import('../../jobs/self-test.js')
  const progress = progressLine(undefined)
  const { scenario, planted, untested } = await selfTest({ ...options, say: progress.say }).finally(
    progress.end,
  )
  say(`Self-test on ${scenario}: this gate can fail.`)
  for (const { what, said } of planted) say(`  ✓ caught: ${what}\n      ${said}`)
  for (const what of untested) say(`  · not tested: ${what}`)
}

/** Two builds that are up, of which one is the control; and the time that comparing them may take. */
export const withControl = (command: Command): Command =>
  command
    .option('--control <URL>', 'the build to compare with, up at this address; repeat for each node', many)
    .option('--control-postgres <URL>', 'its Postgres')
    .option('--control-redis <URL>', 'its Redis')
    .option(
      '--minutes <N>',
      `time for further starts; the first two are always taken (default: \`gate.minutes\`, or ${usualMinutes})`,
      minutesOption,
    )

export function gateCommand(program: Command, done: (code: number) => void): void {
  const command = withControl(withLoad(program.command('gate'), 'smoke'))
    .description(
      'decide whether this build may be deployed: exit 0 pass, 1 regression, 2 usage, 3 inconclusive, 4 failed',
    )
    .option('--baseline <NAME>', 'compare with promoted sessions instead of a control')
    .option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')
    .option('--no-regression-check', 'judge budgets and invariants only, and say so')
    .option(
      '--self-test',
      'first plant a slowdown and a broken invariant, and go on only when both are caught',
    )
  command.action(async (flags: GateFlags) => {
    const { readCalibration } = await import('../../store/index.js')
    const options = await gateOptions(flags, false)
    const calibrated = { ...options, calibration: await readCalibration(options.config.calibration) }
    if (flags.selfTest === true) await testGate(calibrated)
    done(await runGate(calibrated, flags.json === true))
  })
}

export function runCommand(program: Command, done: (code: number) => void): void {
  withLoad(program.command('run'), 'smoke')
    .description('measure scenarios on one target, judge budgets and invariants, keep the artefact')
    .action(async (flags: GateFlags) =>
      done(await runGate(await gateOptions({ ...flags, regressionCheck: true }, true), flags.json === true)),
    )
}
