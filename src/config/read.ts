import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import * as v from 'valibot'
import { loadModule } from '../loader/load.js'
import { coresOf } from '../machine/cores.js'
import { usualMinutes, type Config, type GeneratorConfig, type TargetSpec } from '../model/config.js'
import { UserError } from '../model/errors.js'
import { minutes } from '../model/time.js'
import { configSchema, type ConfigFile } from './file.js'

const fileNames = ['vge-perf.config.ts', 'vge-perf.config.js', 'vge-perf.config.mjs']

const spec = (target: NonNullable<ConfigFile['targets']>['candidate']): TargetSpec | undefined =>
  target === undefined
    ? undefined
    : {
        urls: typeof target.url === 'string' ? [target.url] : target.url,
        ...(target.postgres === undefined ? {} : { postgres: target.postgres }),
        ...(target.redis === undefined ? {} : { redis: target.redis }),
      }

const generatorOf = ({
  engine,
  k6,
  workers,
  cores,
  nice,
  sourceAddresses,
}: NonNullable<ConfigFile['generator']>): GeneratorConfig => ({
  ...(engine === undefined ? {} : { engine }),
  ...(k6 === undefined ? {} : { k6 }),
  ...(workers === undefined ? {} : { workers }),
  ...(cores === undefined ? {} : { cores: coresOf(cores, 'generator.cores') }),
  ...(nice === undefined ? {} : { nice }),
  ...(sourceAddresses === undefined ? {} : { sourceAddresses }),
})

/** A secret that the environment lacks is an empty one. */
const secretsOf = (secrets: ConfigFile['secrets'] = {}): Config['secrets'] =>
  Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret ?? '']))

const labelsOf = ({
  machine,
  topology,
  version,
  commit,
}: NonNullable<ConfigFile['labels']> = {}): Config['labels'] => ({
  ...(machine === undefined ? {} : { machine }),
  ...(topology === undefined ? {} : { topology }),
  ...(version === undefined ? {} : { version }),
  ...(commit === undefined ? {} : { commit }),
})

const filled = (file: ConfigFile, folder: string): Config => {
  const control = spec(file.targets?.control)
  const candidate = spec(file.targets?.candidate)
  return {
    ...(file.contract === undefined ? {} : { contract: file.contract }),
    ...(file.scenarios === undefined ? {} : { scenarios: file.scenarios }),
    settings: {
      keys: file.settings?.keys ?? {},
      figures: file.settings?.figures ?? {},
      operations: Object.fromEntries(
        Object.entries(file.settings?.operations ?? {}).map(([name, { path, method, socket, topic }]) => [
          name,
          {
            ...(path === undefined ? {} : { path }),
            ...(method === undefined ? {} : { method }),
            ...(socket === undefined ? {} : { socket }),
            ...(topic === undefined ? {} : { topic }),
          },
        ]),
      ),
    },
    targets: {
      ...(control === undefined ? {} : { control }),
      ...(candidate === undefined ? {} : { candidate }),
    },
    embedded: {
      nodes: file.embedded?.nodes ?? 1,
      settings: file.embedded?.settings ?? {},
      ...(file.embedded?.cores === undefined
        ? {}
        : { cores: coresOf(file.embedded.cores, 'embedded.cores') }),
    },
    generator: generatorOf(file.generator ?? {}),
    headers: file.headers ?? {},
    // The embedded platform and the generator that plays its payment provider share one that nobody else has.
    secrets: { webhook_secret: randomBytes(24).toString('hex'), ...secretsOf(file.secrets) },
    data: file.data ?? { adapter: 'sql' },
    waive: file.waive ?? [],
    labels: labelsOf(file.labels),
    environments: file.environments ?? {},
    calibration: file.calibration ?? join(folder, 'vge-perf.calibration.json'),
    gate: {
      maxUnits: file.gate?.maxUnits ?? defaultMaxUnits,
      budget: minutes(file.gate?.minutes ?? usualMinutes),
    },
  }
}

/** Most units of a scenario, beside those of a confirmation, unless a file says otherwise. */
export const defaultMaxUnits = 36

/**
 * Reads `vge-perf.config.ts` of this folder, or the file named. Without one, the defaults. Throws `UserError` that names the
 * place and what was expected there.
 */
export async function readConfig(path?: string): Promise<Config> {
  const file = path ?? fileNames.find((name) => existsSync(name))
  if (file === undefined) return filled({}, '')
  if (!existsSync(file)) throw new UserError(`There is no configuration ${file}.`, { reason: 'no_config' })
  const { exported } = await loadModule(
    resolve(file) === file ? file : relative(process.cwd(), resolve(file)),
  )
  const parsed = v.safeParse(configSchema, exported)
  if (parsed.success) return filled(parsed.output, dirname(file))
  const [first, ...more] = parsed.issues.map(unfit)
  const also = more.map(({ message }) => `\n  ${file}: ${message}.`).join('')
  throw new UserError(`${file}: ${first?.message ?? ''}.${also}`, {
    ...(first === undefined ? {} : { hint: first.hint }),
    reason: 'bad_config',
  })
}

/** What a place of the configuration may hold; undefined where it is free, or no object. */
function keysAt(path: readonly string[]): readonly string[] | undefined {
  let schema: unknown = configSchema
  const inner = (one: unknown): unknown =>
    one instanceof Object && 'wrapped' in one ? inner(one.wrapped) : one
  for (const key of path) {
    const here = inner(schema)
    if (!(here instanceof Object)) return undefined
    if ('entries' in here && here.entries instanceof Object) schema = Reflect.get(here.entries, key)
    // A record: each key holds the same.
    else if ('value' in here) schema = here.value
    else return undefined
  }
  const found = inner(schema)
  return found instanceof Object && 'entries' in found && found.entries instanceof Object
    ? Object.keys(found.entries)
    : undefined
}

const editor = 'Write `export default { … } satisfies ConfigFile`, so that your editor shows what fits.'

/** Keys that name one path, which people take for a list. */
const paths: ReadonlySet<string> = new Set(['scenarios', 'contract', 'calibration'])

const examples: Readonly<Record<string, string>> = {
  contract: 'contract.ts',
  calibration: 'vge-perf.calibration.json',
}

function unfit(issue: v.InferIssue<typeof configSchema>): {
  readonly message: string
  readonly hint: string
} {
  const key = v.getDotPath(issue)
  if (issue.type === 'non_empty' && key !== null)
    return { message: `${key} is empty`, hint: 'Set it, or leave it out.' }
  if (key === null && issue.received === 'undefined')
    return { message: 'it has no default export', hint: editor }
  const message = `${key ?? 'its default export'}: ${issue.message.replace(/^Invalid/, 'invalid')}`
  const path = (issue.path ?? []).map((item) => String(item.key))
  const known = issue.expected === 'never' ? keysAt(path.slice(0, -1)) : undefined
  if (known !== undefined) {
    const of = path.length === 1 ? 'the configuration' : path.slice(0, -1).join('.')
    return {
      message: `there is no ${path.join('.')}; ${of} may have ${known.join(', ')}`,
      hint: editor,
    }
  }
  if (key !== null && paths.has(key))
    return { message, hint: `It is the path of one, such as '${examples[key] ?? key}'.` }
  return { message, hint: editor }
}

/** Load is not sent with a secret that is empty: what it signs would be refused. Throws `UserError` that names it. */
export function assertSecrets({ secrets }: Config): void {
  const empty = Object.keys(secrets).find((name) => secrets[name] === '')
  if (empty === undefined) return
  throw new UserError(`The secret ${empty} of the configuration is empty.`, {
    hint: 'Set it, or leave it out: the environment may lack the variable that it is read from.',
    reason: 'empty_secret',
  })
}
