import type { Command } from 'commander'
import { readConfig } from '../../config/read.js'
import type { Config } from '../../model/config.js'
import { withConfig, withScenarios } from '../options.js'
import { print, printJson } from '../output.js'
import { printRow } from '../rows.js'

export function listCommand(program: Command, done: (code: number) => void): void {
  withConfig(program.command('list'))
    .description('which scenarios and profiles there are')
    .option('--contract', 'what the contract has for scenarios to name: operations and invariants')
    .action(
      async (flags: { readonly config?: string; readonly json?: boolean; readonly contract?: true }) => {
        const { findScenarios } = await import('../../scenario/find.js')
        const config = await readConfig(flags.config)
        if (flags.contract === true) {
          await listContract(config, flags.json === true)
          done(0)
          return
        }
        const found = await findScenarios([], config.scenarios)
        const rows = found.map(({ scenario, source }) => ({
          scenario: scenario.name,
          slice: scenario.slice,
          profiles: Object.keys(scenario.profiles),
          steps: Object.keys(scenario.steps),
          invariants: scenario.invariants,
          file: source,
        }))
        if (flags.json === true) printJson(rows)
        else
          print(
            rows
              .map((row) => `${row.scenario.padEnd(20)} ${row.slice.padEnd(12)} ${row.profiles.join(', ')}`)
              .join('\n'),
          )
        done(0)
      },
    )
}

async function listContract(config: Config, json: boolean): Promise<void> {
  const { contractWords } = await import('../../jobs/plan.js')
  const words = await contractWords(config)
  if (json) {
    printJson(words)
    return
  }
  print(`contract ${words.contract}\n\noperations`)
  for (const { operation, goesTo } of words.operations) printRow(`  ${operation.padEnd(24)} `, goesTo)
  print('\ninvariants')
  for (const { invariant, id, title } of words.invariants)
    printRow(`  ${invariant.padEnd(24)} ${id.padEnd(4)} `, title)
}

const lead = (name: string): string => `  ${name.padEnd(12)} `

export function planCommand(program: Command, done: (code: number) => void): void {
  withScenarios(program.command('plan'), 'smoke')
    .description('show what would be sent, and for how long; send nothing')
    .action(
      async (flags: {
        readonly scenario?: readonly string[]
        readonly profile: string
        readonly config?: string
        readonly json?: boolean
      }) => {
        const [{ findScenarios }, { plan }] = await Promise.all([
          import('../../scenario/find.js'),
          import('../../jobs/plan.js'),
        ])
        const config = await readConfig(flags.config)
        const planned = await plan(
          config,
          await findScenarios(flags.scenario ?? [], config.scenarios),
          flags.profile,
        )
        if (flags.json === true) printJson(planned)
        else {
          const total = planned.reduce((sum, { seconds }) => sum + seconds, 0)
          for (const one of planned) {
            print(`${one.scenario}, profile ${one.profile} (plan ${one.planHash})`)
            for (const { name, kind, journeys, seconds } of one.phases) {
              const how = seconds > 0 ? `in ${seconds} s` : 'at one instant'
              printRow(lead(name), `${kind.padEnd(9)} ${String(journeys).padStart(7)} journeys ${how}`)
            }
            const { seconds, slicesMs, journeysAnArm } = one.unit
            if (journeysAnArm > 0)
              printRow(
                lead('in a gate'),
                `units of ${seconds} s, slices of ${slicesMs} ms: about ${journeysAnArm} journeys a unit and arm`,
              )
            printRow(lead('all phases'), `about ${Math.round(one.seconds)} s`)
            for (const { step, goesTo } of one.operations) printRow(lead(step), goesTo)
            const sizes = Object.entries(one.data).map(([kind, size]) => `${size} ${kind}`)
            printRow(lead('data'), sizes.join(', '))
            printRow(lead('invariants'), one.invariants.join(', '))
            print('')
          }
          if (planned.length > 1)
            print(`${planned.length} scenarios: about ${Math.round(total)} s of load, all phases once`)
        }
        done(0)
      },
    )
}
