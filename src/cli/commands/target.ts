import type { Command } from 'commander'
import { readConfig } from '../../config/read.js'
import { exitCode, UserError } from '../../model/errors.js'
import { blockedPorts } from '../blocked-ports.js'
import { many, configured, count, withConfig, type LoadFlags } from '../options.js'
import { print, printJson, say } from '../output.js'
import { printCommand, printRow } from '../rows.js'
import { abortOnSignals } from '../signals.js'

interface TargetFlags extends LoadFlags {
  readonly port?: number
  readonly hours?: number
}

interface Shown {
  readonly urls: readonly string[]
  readonly postgres: string
  readonly redis: string
  readonly endsAt: string
}

function show({ urls, postgres, redis, endsAt }: Shown, faults: readonly string[]): void {
  printRow('up at      ', urls.join(', '))
  print(`Postgres   ${postgres}\nRedis      ${redis}`)
  printRow('faults     ', faults.length === 0 ? 'none' : faults.join(', '))
  print(`ends by itself at ${endsAt}; sooner with \`vge-perf target down\``)
  const targets = urls.map((url) => ` --target ${url}`).join('')
  printCommand('Try: ', `vge-perf run${targets} --postgres '${postgres}' --redis '${redis}'`)
}

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
      if (flags.port !== undefined && blockedPorts.has(flags.port)) {
        throw new UserError(`--port: ${flags.port} is one that browsers and Node's fetch refuse.`, {
          hint: 'Choose another, or none: a free one is taken.',
          reason: 'blocked_port',
        })
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
      else show(state, flags.plant ?? [])
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
    .description('whether it is up, where, and with which faults; exit 0 when it is, 4 when not')
    .action(async (flags: TargetFlags) => {
      const [{ targetStatus }, { plantedFaults }] = await Promise.all([
        import('../../target/supervisor.js'),
        import('../../target/faults.js'),
      ])
      const status = targetStatus()
      const faults = status.state === 'up' ? await plantedFaults(status.target.control) : []
      if (flags.json === true) {
        if (status.state === 'none') printJson({ state: 'none' })
        else {
          const { urls, postgres, redis, endsAt } = status.target
          printJson({ state: status.state, urls, postgres, redis, faults, endsAt })
        }
      } else if (status.state === 'up') show(status.target, faults)
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
        for (const { name, summary, example, value } of faults) {
          printRow(`${name.padEnd(20)} `, summary)
          const accepts =
            value === undefined ? 'takes no value' : `VALUE: ${value.accepted}; without one, ${value.usual}`
          printRow(' '.repeat(21), `${example}   (${accepts})`)
        }
      done(0)
    })

  withConfig(target.command('plant'))
    .description('plant a fault in the target that is up')
    .argument('<fault>', 'NAME or NAME=VALUE')
    .action(async (word: string) => {
      const { plantedFaults, plantFault } = await import('../../target/faults.js')
      const { control } = await upTarget()
      const [name = word] = word.split('=', 1)
      const before = (await plantedFaults(control)).find((one) => one.split('=', 1)[0] === name)
      await plantFault(control, word)
      const now = (await plantedFaults(control)).find((one) => one.split('=', 1)[0] === name) ?? word
      const instead = before === undefined ? '' : ` in place of ${before}`
      say(`Planted ${now}${instead}. Take it away: vge-perf target clear ${name}`)
      done(0)
    })

  withConfig(target.command('clear'))
    .description('take one fault away, or all')
    .argument('[fault]', 'its name')
    .action(async (name: string | undefined) => {
      const { assertFaults, clearFaults, plantedFaults } = await import('../../target/faults.js')
      if (name !== undefined) await assertFaults([name])
      const { control } = await upTarget()
      const planted = (await plantedFaults(control)).filter(
        (word) => name === undefined || word.split('=', 1)[0] === name,
      )
      await clearFaults(control, name)
      if (planted.length > 0) say(`Cleared ${planted.join(', ')}.`)
      else say(name === undefined ? 'No fault was planted.' : `${name} was not planted.`)
      done(0)
    })
}
