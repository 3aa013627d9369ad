import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { targetUrl } from '../../config/reach.js'
import { readConfig } from '../../config/read.js'
import { exitCode, messageOf, UserError } from '../../model/errors.js'
import { usualImage, usualVus } from '../../engine/k6/orders.js'
import { laidFiles, type LaidLoad } from '../../model/plan.js'
import { count, many, seedOption, withConfig, withTarget, type LoadFlags } from '../options.js'
import { print, say } from '../output.js'
import { progressLine } from '../progress.js'
import { quoted } from '../repeat.js'
import { gateOptions, runGate, type GateFlags } from './gate.js'

// Commands for a load that is sent by programs of somebody else, here or on other machines.

interface CompileFlags extends LoadFlags {
  readonly out?: string
  readonly load?: string
  readonly vus?: number
}

const notGate = { baselines: 'baselines', regressionCheck: true } as const

const withScript = (command: Command, vus: string): Command =>
  command
    .argument('<scenario>', 'by name or by file')
    .option('-o, --out <FILE>', 'where it goes (default: standard output)')
    .option('--vus <N>', `VUs that pace the load, of all programs together (default: ${vus})`, count)
    .option('--config <FILE>', 'configuration (default: vge-perf.config.ts, when there is one)')

function write(file: string | undefined, text: string): void {
  if (file === undefined) {
    print(text)
    return
  }
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}.`, {
      hint: 'Name a file in a folder that is there with -o.',
      reason: 'not_writable',
    })
  }
  say(`Written: ${file}`)
}

/** What goes into a comment of the script or the YAML must not end it. */
function assertOneLine(name: string): void {
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return
  throw new UserError(
    `The name ${JSON.stringify(name)} has a line break or another control character in it.`,
    {
      hint: 'Name the file otherwise.',
      reason: 'bad_name',
    },
  )
}

/** Compiles the one scenario that is meant. */
async function scriptOf(name: string, config: string | undefined, vus: number) {
  assertOneLine(name)
  const [{ findScenarios }, { compile }] = await Promise.all([
    import('../../scenario/find.js'),
    import('../../jobs/elsewhere.js'),
  ])
  const read = await readConfig(config)
  const [found] = await findScenarios([name], read.scenarios)
  if (found === undefined) throw new Error('no scenario')
  const made = await compile(read, found, { vus, named: quoted(name) })
  return { scenario: found.scenario.name, ...made }
}

export function compileCommand(program: Command, done: (code: number) => void): void {
  withTarget(withScript(program.command('compile'), String(usualVus)), 'that of the configuration')
    .description('make one script of a scenario, which plain k6 runs; with --load also what it is to send')
    .option('--profile <NAME>', 'smoke, ci or full, or one of the scenario’s own', 'smoke')
    .option('--load <FOLDER>', 'prepare the target, and lay out in this folder what is to be sent to it')
    .option('--seed <TEXT>', 'of arrivals and choices (default: drawn)', seedOption)
    .action(async (name: string, flags: CompileFlags) => {
      const { text, made, needsRedis } = await scriptOf(name, flags.config, flags.vus ?? usualVus)
      if (needsRedis) say((await import('../../engine/k6/compile.js')).redisRemedy)
      // First: rows that were prepared must not wait for a script that cannot be written.
      if (flags.load === undefined || flags.out !== undefined) write(flags.out, text)
      if (flags.load !== undefined) await layOut(name, flags, flags.load, made)
      done(0)
    })
}

async function layOut(name: string, flags: CompileFlags, folder: string, made: string): Promise<void> {
  const { lay } = await import('../../jobs/elsewhere.js')
  const options = await gateOptions({ ...flags, ...notGate, scenario: [name] }, true)
  if (options.source.urls.length === 0)
    throw new UserError('A load that is sent elsewhere needs a target that stays up.', {
      hint: 'Name it with --target and --postgres, or as `targets.candidate` in vge-perf.config.ts. `vge-perf target up` starts one here.',
      reason: 'no_target',
    })
  const progress = progressLine(undefined)
  const place = { folder, named: name, script: made }
  const { load, seconds } = await lay({ ...options, say: progress.say }, place).finally(progress.end)
  const samples = join(folder, laidFiles.samples, '1.ndjson.gz')
  const given = [
    ...(flags.postgres === undefined ? [] : [' --postgres …']),
    ...(flags.redis === undefined ? [] : [' --redis …']),
  ]
  const stores = given.length === 0 ? '' : `${given.join('')} (as here)`
  const journeys = load.plans.reduce((sum, { arrivals }) => sum + arrivals, 0)
  say(
    `Laid out in ${folder}: ${journeys} journeys (the warm-up, where there is one, among them) with the seed ${load.seed}, in at most ${Math.ceil(seconds)} s: much of that is kept for late answers.`,
  )
  say(
    `  k6 run --quiet --summary-mode=disabled -e ${quoted(`VGE_LOAD=${resolve(folder)}`)} --out ${quoted(`json=${samples}`)} ${quoted(flags.out ?? 'SCRIPT')}`,
  )
  say(`  vge-perf collect ${quoted(folder)}${stores}`)
}

interface K8sFlags {
  readonly config?: string
  readonly out?: string
  readonly vus?: number
  readonly parallelism: number
  readonly image?: string
  readonly namespace: string
  readonly storage: string
  readonly storageClass?: string
}

export function k8sCommand(program: Command, done: (code: number) => void): void {
  withScript(program.command('k8s'), `${usualVus} a pod`)
    .description('write what k6-operator needs to send a scenario from several pods, as one YAML to review')
    .option('--parallelism <N>', 'pods that send', count, 2)
    .option(
      '--image <NAME>',
      `of k6 (default: ${usualImage}; a scenario that talks to Redis needs one of your own)`,
    )
    .option('--namespace <NAME>', 'in which it runs', 'default')
    .option('--storage <SIZE>', 'of the volume for rows and samples', '1Gi')
    .option(
      '--storage-class <NAME>',
      'of the volume, which many pods write to (default: that of the cluster)',
    )
    .action(async (name: string, flags: K8sFlags) => {
      const { parallelism, image, namespace, storage, storageClass } = flags
      assertOneLine(flags.out ?? '')
      const vus = flags.vus ?? usualVus * parallelism
      if (vus < parallelism)
        throw new UserError(`${parallelism} pods cannot share ${vus} VUs.`, {
          hint: `Give --vus ${parallelism} or more, best a multiple of it.`,
          reason: 'too_few_vus',
        })
      const [{ scenario, text, needsRedis }, { clusterManifests }, { redisRemedy }] = await Promise.all([
        scriptOf(name, flags.config, vus),
        import('../../engine/k6/cluster.js'),
        import('../../engine/k6/compile.js'),
      ])
      if (needsRedis && image === undefined)
        throw new UserError(`${scenario} talks to Redis: ${redisRemedy}`, {
          hint: 'Put it into an image that your cluster can fetch, and name that with --image.',
          reason: 'k6_lacks_redis',
        })
      const options = {
        scenario,
        named: quoted(name),
        script: text,
        parallelism,
        vus,
        namespace,
        storage,
        storageClass,
      }
      const file = quoted(flags.out ?? 'FILE')
      write(flags.out, clusterManifests({ ...options, file, image: image ?? usualImage }))
      done(0)
    })
}

interface CollectFlags extends GateFlags {
  readonly expect?: number
  readonly samples?: string
  readonly discard?: boolean
}

export function collectCommand(program: Command, done: (code: number) => void): void {
  withTarget(withConfig(program.command('collect')), 'that of the load')
    .description('make one run of what several programs sent, weigh it against the target, judge it')
    .argument('<folder>', 'what `compile --load` made')
    .option('--expect <N>', 'so many programs sent it: fewer files of samples, or more, are refused', count)
    .option('--samples <FOLDER>', 'files of samples, at any depth (default: samples/ in the folder)')
    .option('--discard', 'take the rows out of the target, and judge nothing')
    .option('--baseline <NAME>', 'compare with promoted sessions')
    .option('--baselines <FOLDER>', 'where baselines are kept', 'baselines')
    .option('--report <FOLDER>', 'where artefacts and page go (default: reports/<date>-<seed>)')
    .option('--waive <NAME>', 'an invariant that need not be checked; may be repeated', many)
    .action(async (folder: string, flags: CollectFlags) => {
      const { readLoad, takeLoad } = await import('../../plan/laid.js')
      readLoad(folder)
      const giveBack = takeLoad(folder)
      try {
        // Read once more: whoever had it until now may have taken it away.
        done(await collectFrom(folder, readLoad(folder), flags))
      } finally {
        giveBack()
      }
    })
}

async function collectFrom(folder: string, load: LaidLoad, flags: CollectFlags): Promise<number> {
  const { collect, discard } = await import('../../jobs/elsewhere.js')
  const { named, profile, seed } = load
  const urls = load.plans[0]?.arms[0]?.urls ?? []
  const read = await gateOptions(
    { ...(await ofLoad(flags, urls)), scenario: [named], profile, seed, regressionCheck: true },
    flags.baseline === undefined,
  )
  const clear = async (): Promise<void> => {
    const progress = progressLine(undefined)
    await discard({ ...read, say: progress.say }, { laid: folder, load }).finally(progress.end)
  }
  if (flags.discard === true) {
    await clear()
    print(`The rows of the load in ${folder} are gone from its target.`)
    return 0
  }
  if (flags.baseline !== undefined && read.config.labels.machine === undefined)
    throw new UserError('What sent the load is not known, so that no baseline can be compared with it.', {
      hint: 'Call it by a name as `labels.machine` in vge-perf.config.ts: machines of one name are taken to be alike.',
      reason: 'no_machine',
    })
  const to = urls.map((url) => ` --target ${url.replace(/\/$/, '')}`).join('')
  // Its rows are gone once it is collected: nothing less than the whole way repeats it, and each step of it says the next.
  const repeat = `vge-perf compile ${quoted(named)} --profile ${profile} --load again -o again.k6.js${to} --seed ${seed}`
  const samples = flags.samples ?? join(folder, laidFiles.samples)
  let certain = false
  const code = await runGate({ ...read, repeat }, flags.json === true, async (options) => {
    const result = await collect(options, { laid: folder, load, samples, expect: flags.expect })
    certain = result.settled
    return result
  })
  // Only now, and not where its page could not be written: until then nothing of the load may be lost.
  const settled = certain && (code === exitCode.pass || code === exitCode.regression)
  if (settled)
    await clear().catch((error: unknown) => say(`The rows could not be taken away: ${messageOf(error)}`))
  if (existsSync(join(folder, laidFiles.rows)))
    say(
      settled
        ? `Rows of the load stay in its target: \`vge-perf collect ${folder} --discard\`, with its stores as here, takes them away.`
        : `The load and its rows stay: collect it again, or give it up: \`vge-perf collect ${folder} --discard\`, with its stores as here.`,
    )
  return code
}

/** The target of the load, where neither the command line names one nor the configuration this one. */
async function ofLoad(flags: CollectFlags, urls: readonly string[]): Promise<CollectFlags> {
  if (flags.target !== undefined) return flags
  const { targets } = await readConfig(flags.config)
  const same = targets.candidate?.urls.map((url) => targetUrl(url).href).join() === urls.join()
  return same && flags.postgres === undefined && flags.redis === undefined
    ? flags
    : { ...flags, target: urls }
}
