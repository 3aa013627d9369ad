import type { Command } from 'commander'
import { readConfig } from '../../config/read.js'
import { exitCode, UserError } from '../../model/errors.js'
import { many, configured, count, withConfig, type LoadFlags } from '../options.js'
import { print, printJson, say } from '../output.js'
import { abortOnSignals } from '../signals.js'

interface TargetFlags extends LoadFlags {
  readonly port?: number
  readonly hours?: number
}

const shown = (target: {
  readonly urls: readonly string[]
  readonly postgres: string
  readonly redis: string
  readonly endsAt: string
}): string =>
  [
    `up at      ${target.urls.join(', ')}`,
    `Postgres   ${target.postgres}`,
    `Redis      ${target.redis}`,
    `ends by itself at ${target.endsAt}; sooner with \`vge-perf target down\``,
    `Try: vge-perf run --target ${target.urls[0] ?? ''} --postgres '${target.postgres}' --redis '${target.redis}'`,
  ].join('\n')

const upTarget = async () => {
  const { targetStatus } = await import('../../target/supervisor.js')
  const status = targetStatus()
  if (status.state === 'up') return status.target
  throw new UserError('No target is up.', {
    hint: 'Start one: vge-perf target up',
    exit: exitCode.failed,
    reason: 'target_down',
  })
}

export function targetCommand(program: Command, done: (code: number) => void): void {
  const target = program
    .command('target')
    .description('the embedded reference platform: start it, stop it, plant faults in it')

  withConfig(target.command('up'))
    .description('start it in the background and say where it is')
    .option('--plant <NAME[=VALUE]>', 'start with a fault; may be repeated', many)
    .option('--nodes <N>', 'nodes over the same stores', count)
    .option('--port <N>', 'of the first node (default: a free one)', Number)
    .option('--hours <N>', 'after which it ends by itself (default: 8)', count)
    .action(async (flags: TargetFlags) => {
      const [{ targetUp }, { assertFaults }] = await Promise.all([
        import('../../target/supervisor.js'),
        import('../../target/faults.js'),
      ])
      if (
        flags.port !== undefined &&
        !(Number.isInteger(flags.port) && flags.port >= 0 && flags.port < 65_536)
      ) {
        throw new UserError('--port: expected a whole number from 0 to 65535.')
      }
      await assertFaults(flags.plant ?? [])
      const config = configured(await readConfig(flags.config), flags)
      const state = await targetUp({
        label: 'target',
        nodes: config.embedded.nodes,
        settings: config.embedded.settings,
        plant: flags.plant ?? [],
        signal: abortOnSignals(),
        ...(flags.port === undefined ? {} : { port: flags.port }),
        ...(config.embedded.cores === undefined ? {} : { cores: config.embedded.cores }),
        ...(flags.hours === undefined ? {} : { hours: flags.hours }),
      })
      if (flags.json === true)
        printJson({ urls: state.urls, postgres: state.postgres, redis: state.redis, endsAt: state.endsAt })
      else print(shown(state))
      done(0)
    })

  withConfig(target.command('down'))
    .description('stop it; nothing of it is left')
    .action(async (flags: TargetFlags) => {
      const { targetDown } = await import('../../target/supervisor.js')
      const found = await targetDown()
      if (flags.json === true) printJson({ was: found })
      else print(found === 'up' ? 'The target is down.' : 'No target was up.')
      done(0)
    })

  withConfig(target.command('status'))
    .description('whether it is up, and where; exit 0 when it is, 4 when not')
    .action(async (flags: TargetFlags) => {
      const { targetStatus } = await import('../../target/supervisor.js')
      const status = targetStatus()
      if (flags.json === true) {
        printJson(
          status.state === 'none'
            ? { state: 'none' }
            : { state: status.state, urls: status.target.urls, endsAt: status.target.endsAt },
        )
      } else if (status.state === 'up') print(shown(status.target))
      else print('No target is up.')
      done(status.state === 'up' ? 0 : exitCode.failed)
    })

  withConfig(target.command('faults'))
    .description('which faults can be planted')
    .action(async (flags: TargetFlags) => {
      const { listFaults } = await import('../../target/faults.js')
      const faults = await listFaults()
      if (flags.json === true) printJson(faults)
      else
        print(
          faults
            .map(({ name, summary, example }) => `${name.padEnd(20)} ${summary}\n${' '.repeat(21)}${example}`)
            .join('\n'),
        )
      done(0)
    })

  withConfig(target.command('plant'))
    .description('plant a fault in the target that is up')
    .argument('<fault>', 'NAME or NAME=VALUE')
    .action(async (word: string) => {
      const { plantFault } = await import('../../target/faults.js')
      await plantFault((await upTarget()).control, word)
      say(`Planted ${word}. Take it away: vge-perf target clear`)
      done(0)
    })

  withConfig(target.command('clear'))
    .description('take one fault away, or all')
    .argument('[fault]', 'its name')
    .action(async (name: string | undefined) => {
      const { clearFaults } = await import('../../target/faults.js')
      await clearFaults((await upTarget()).control, name)
      say(name === undefined ? 'All faults are cleared.' : `Cleared ${name}.`)
      done(0)
    })
}
