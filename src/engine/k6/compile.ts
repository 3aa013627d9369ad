import { createHash } from 'node:crypto'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildFailure, Metafile, Plugin } from 'esbuild'
import { messageOf, UserError } from '../../model/errors.js'
import { compiled } from '../../model/package.js'
import { variables } from './orders.js'

/** What a script is made of. */
export interface ScriptParts {
  readonly name: string
  /** Module of the scenario, source or compiled, with a default export; likewise the contract's. */
  readonly scenarioModule: string
  readonly contractModule: string
  /** It talks to Redis, and so needs the extension `k6/x/redis`. */
  readonly needsRedis: boolean
  /** Pacing VUs, when the environment does not say. */
  readonly vus: number
  /** How a command line names the scenario; its name when absent. */
  readonly named?: string
}

/** A script, and the mark that it bears: the same for whatever does the same, wherever its modules lie and however many VUs it has. */
export interface MadeScript {
  readonly text: string
  readonly made: string
}

// In place of what the mark does not depend on, and of the mark itself.
const blanks = { vus: '"@vus@"', made: '"@made@"' } as const

/** What to do where k6 lacks the extension. */
export const redisRemedy =
  'k6 needs the extension k6/x/redis. Build it with `xk6 build --with github.com/grafana/xk6-redis`.'

const builtin: ReadonlySet<string> = new Set(builtinModules)
const here = dirname(fileURLToPath(import.meta.url))

/** The module that the bundle begins with. */
const entryOf = ({ scenarioModule, contractModule, needsRedis }: ScriptParts): string => `
${needsRedis ? `import redis from 'k6/x/redis'` : ''}
import scenario from ${JSON.stringify(resolve(scenarioModule))}
import contract from ${JSON.stringify(resolve(contractModule))}
import { optionsOf, vuOf } from ${JSON.stringify(join(here, 'script', 'main.js'))}

export const options = optionsOf(${blanks.vus})
export default vuOf({ scenario, contract${needsRedis ? ', redis' : ''}, made: ${blanks.made} }, ${blanks.vus})
`

const banner = ({ name, named = name, needsRedis }: ScriptParts): string =>
  [
    `// Scenario "${name}" of vge-perf, for k6 1.x and 2.x. Made by esbuild from TypeScript: change that, and compile again.`,
    '//',
    `//   vge-perf compile ${named} --load load            prepares a target, and puts what is to be sent into the folder load/`,
    `//   k6 run -e ${variables.load}=$PWD/load --out json=load/samples/1.ndjson.gz THIS`,
    '//   vge-perf collect load                            weighs, judges and reports what came of it; with the stores of the target',
    ...(needsRedis ? ['//', `// It talks to Redis: ${redisRemedy}`] : []),
  ].join('\n')

// A module of the user's that was compiled before has addresses in place of paths.
const addresses: Plugin = {
  name: 'addresses',
  setup(build) {
    build.onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) }))
    build.onResolve({ filter: /^vge-perf$/ }, () => ({ path: compiled('src/index.js') }))
  },
}

/** From the entry to who imports `wanted`, as a person reads it. */
function chainTo(wanted: string, { inputs }: Metafile): readonly string[] {
  const first = Object.keys(inputs).find((name) => name.includes('vge-perf-script')) ?? ''
  const ways: string[][] = [[first]]
  const seen = new Set<string>([first])
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const { path, external } of inputs[way.at(-1) ?? '']?.imports ?? []) {
      if (path === wanted) return [...way.slice(1), wanted]
      if (external === true || seen.has(path)) continue
      seen.add(path)
      ways.push([...way, path])
    }
  }
  return [wanted]
}

const firstOf = (error: unknown): string => {
  const found = (error as Partial<BuildFailure> | undefined)?.errors?.[0]
  if (found === undefined) return messageOf(error)
  const { location, text } = found
  return location === null ? text : `${location.file}:${location.line}  ${text}`
}

/**
 * Makes one script that plain k6 runs, as text. Throws `UserError` (exit 2) when it does not compile, or imports what k6 does not have:
 * Node's own modules, named with the chain of imports that leads there.
 */
export async function compileScript(parts: ScriptParts): Promise<MadeScript> {
  const { build, transform } = await import('esbuild')
  const outside = new Set<string>()
  const noNode: Plugin = {
    name: 'no-node',
    setup(setup) {
      setup.onResolve({ filter: /^(node:|[a-z_0-9]+(\/|$))/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || !(path.startsWith('node:') || builtin.has(path))) return undefined
        outside.add(path)
        return { path, external: true }
      })
    },
  }
  const result = await build({
    stdin: { contents: entryOf(parts), resolveDir: here, sourcefile: 'vge-perf-script.js', loader: 'js' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['k6', 'k6/*'],
    banner: { js: banner(parts) },
    inject: [join(here, 'script', 'text-coding.js')],
    logLevel: 'silent',
    plugins: [addresses, noNode],
  }).catch((error: unknown) => {
    throw new UserError(`${parts.name} does not compile for k6: ${firstOf(error)}.`, {
      reason: 'module_does_not_compile',
      cause: error,
    })
  })
  const [first] = outside
  if (first !== undefined) {
    const chain = chainTo(first, result.metafile).map((path) =>
      builtin.has(path) || path.startsWith('node:') ? path : relative(process.cwd(), path),
    )
    throw new UserError(`${parts.name} cannot run on k6, which has no ${first}: ${chain.join(' → ')}.`, {
      hint: 'Move what needs Node out of the journey, into `prepare` or the contract’s `data`, or use --engine native.',
      reason: 'not_for_k6',
    })
  }
  const text = result.outputFiles[0]?.text ?? ''
  // Without comments, which name where modules lie.
  const { code } = await transform(text, { minify: true, format: 'esm' })
  const made = createHash('sha256').update(code).digest('hex').slice(0, 16)
  const whole = text.replaceAll(blanks.vus, String(parts.vus)).replace(blanks.made, JSON.stringify(made))
  return { text: whole, made }
}
