import type { Examined } from '../../src/doctor/examined.js'
import type { Machine } from '../../src/doctor/machine.js'
import type { Condition } from '../../src/model/condition.js'
import type { Config } from '../../src/model/config.js'
import { micros } from '../../src/model/time.js'

const config: Config = {
  settings: {},
  targets: {},
  embedded: { nodes: 1, settings: {} },
  generator: {},
  headers: {},
  secrets: {},
  data: { adapter: 'sql' },
  waive: [],
  labels: {},
  environments: {},
  calibration: 'vge-perf.calibration.json',
  gate: { maxUnits: 12, budget: micros(1_000_000) },
}

/** A machine with these files and nothing else of the kernel's: without any, one that is not Linux. */
export const machineWith = (
  files: Readonly<Record<string, string>>,
  rest: Partial<Machine> = {},
): Machine => ({
  file: (path) => files[path],
  env: {},
  node: { version: 'v20.11.1', platform: 'linux', arch: 'x64', flags: [] },
  allowed: undefined,
  parallelism: 4,
  memory: 8 * 2 ** 30,
  descriptors: 65_536,
  ...rest,
})

export const examined = (
  machine: Machine,
  rest: Partial<Omit<Examined, 'config'>> & { readonly config?: Partial<Config> } = {},
): Examined => ({
  machine,
  targets: [],
  needs: { smoke: 200, any: 10_000 },
  noise: 0,
  ...rest,
  config: { ...config, ...rest.config },
})

/** A target of another machine. */
export const far = {
  arm: 'candidate',
  urls: ['http://10.1.2.3/'],
  greet: async () => undefined,
  health: (url: string) => new URL(url),
} as const

/** What a reader of the page sees of it: `warning: …`. */
export const said = (found: unknown): string => {
  const [one] = [found].flat() as readonly (Condition | undefined)[]
  return one === undefined
    ? 'nothing'
    : `${one.state}: ${one.found}${one.state === 'ok' ? '' : ` → ${one.remedy}`}`
}
