import { parseArgs } from 'node:util'
import { messageOf, UsageError } from './errors.js'
import { readSettings, type Settings } from './settings.js'

export interface Arguments {
  readonly postgres: string
  readonly redis: string
  readonly port: number
  readonly controlPort: number
  readonly node: string
  /** Faults to start with, `NAME` or `NAME=VALUE`. */
  readonly plant: readonly string[]
  readonly settings: Settings
  /** End when standard input closes, that is, when the parent has died. */
  readonly exitWithStdin: boolean
}

const options = {
  postgres: { type: 'string' },
  redis: { type: 'string' },
  port: { type: 'string', default: '0' },
  'control-port': { type: 'string', default: '0' },
  node: { type: 'string', default: 'n1' },
  plant: { type: 'string', multiple: true, default: [] as string[] },
  setting: { type: 'string', multiple: true, default: [] as string[] },
  'exit-with-stdin': { type: 'boolean', default: false },
} as const

/** @throws UsageError in a sentence. */
export function readArguments(argv: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true })
    const { postgres } = values
    // Arguments can be read by everybody on the machine, an environment cannot.
    const redis = values.redis ?? process.env['VGE_PLATFORM_REDIS']
    const secret = process.env['VGE_PLATFORM_WEBHOOK_SECRET']
    if (postgres === undefined || redis === undefined)
      throw new Error(
        'the stores are not named; expected --postgres URL, and --redis URL or VGE_PLATFORM_REDIS',
      )
    return {
      postgres,
      redis,
      port: portOf('--port', values.port),
      controlPort: portOf('--control-port', values['control-port']),
      node: values.node,
      plant: values.plant,
      settings: readSettings(
        // What is said on the command line comes last, and counts.
        secret === undefined ? values.setting : [`webhook_secret=${secret}`, ...values.setting],
      ),
      exitWithStdin: values['exit-with-stdin'],
    }
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}

function portOf(flag: string, word: string): number {
  const port = Number(word)
  if (!/^\d+$/.test(word) || port > 65_535)
    throw new Error(`${flag} is "${word}"; expected a port from 0 (any free one) to 65535`)
  return port
}
