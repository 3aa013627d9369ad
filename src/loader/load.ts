import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, UserError } from '../model/errors.js'
import { compiled } from '../model/package.js'
import { temporaryFolder } from '../model/temporary.js'

/** A TypeScript or JavaScript module of a user's, compiled to one file that any process can import. */
export interface Loaded {
  readonly source: string
  /** The compiled ES module. */
  readonly file: string
  readonly exported: unknown
}

let folder: string | undefined

/** Temporary folder of this process, mode 0700, removed when it ends. Made when it is first asked for; throws `UserError` when it cannot be. */
export const scratch = (): string => {
  if (folder === undefined) {
    const made = temporaryFolder(tmpdir(), 'vge-perf-work-')
    folder = made
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    process.setSourceMapsEnabled(true)
  }
  return folder
}

let counter = 0

/** Where in the user's file it happened, as `file.ts:14`, when the stack says so. */
const place = (error: unknown, source: string): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const found = new RegExp(`${basename(source).replaceAll('.', String.raw`\.`)}:(\\d+)`).exec(stack)
  return found === null ? source : `${source}:${found[1]}`
}

/**
 * Bundles a module with esbuild and imports it. `vge-perf` resolves to this package, other bare imports from the source's folder.
 * Throws `UserError` when the file is missing, does not compile, or throws while it loads.
 */
export async function loadModule(path: string): Promise<Loaded> {
  const source = resolve(path)
  const { build } = await import('esbuild')
  counter += 1
  const file = join(scratch(), `${counter}-${basename(source).replace(/\.\w+$/, '')}.mjs`)
  try {
    await build({
      entryPoints: [source],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [
        {
          name: 'vge-perf',
          setup(setup) {
            setup.onResolve({ filter: /^vge-perf$/ }, () => ({
              path: pathToFileURL(compiled('src/index.js')).href,
              external: true,
            }))
            setup.onResolve({ filter: /^[^./]/ }, (found) => {
              if (found.kind === 'entry-point' || found.path.startsWith('node:')) return undefined
              try {
                const at = createRequire(join(dirname(source), 'x.js')).resolve(found.path)
                return at === found.path ? undefined : { path: pathToFileURL(at).href, external: true }
              } catch {
                return undefined
              }
            })
          },
        },
      ],
    })
  } catch (error) {
    const first =
      typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)
        ? (error.errors[0] as { text?: string; location?: { line: number } | null } | undefined)
        : undefined
    const at = first?.location?.line === undefined ? path : `${path}:${first.location.line}`
    throw new UserError(`${at} cannot be loaded: ${first?.text ?? messageOf(error)}.`, {
      reason: 'module_does_not_compile',
    })
  }
  try {
    const module: unknown = await import(pathToFileURL(file).href)
    const exported =
      typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
    return { source, file, exported }
  } catch (error) {
    if (error instanceof UserError || (error instanceof Error && error.name === 'UserError')) {
      const hint = 'hint' in error && typeof error.hint === 'string' ? { hint: error.hint } : {}
      throw new UserError(`${place(error, path)}  ${error.message}`, { ...hint, reason: 'module_refused' })
    }
    throw new UserError(`${place(error, path)} threw while it was loaded: ${messageOf(error)}`, {
      reason: 'module_threw',
      cause: error,
    })
  }
}
