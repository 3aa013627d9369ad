import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { build } from 'esbuild'

/** The LiveView client's own tree: what it merges and what HTML it makes of it. */
export interface ClientTree {
  mergeDiff(diff: unknown): void
  toString(): { readonly buffer: string }
}

interface ClientModule {
  readonly default: new (viewId: string, rendered: unknown) => ClientTree
}

const isModule = (value: unknown): value is ClientModule =>
  typeof value === 'object' && value !== null && 'default' in value && typeof value.default === 'function'

/** The class `Rendered` out of the sources of the npm package, which exports only the whole client. */
export async function clientTrees(): Promise<(rendered: unknown) => ClientTree> {
  const main = createRequire(import.meta.url).resolve('phoenix_live_view')
  const { outputFiles } = await build({
    entryPoints: [join(dirname(main), '../../assets/js/phoenix_live_view/rendered.js')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'rendered',
    logLevel: 'error',
    define: { window: 'globalThis' },
  })
  const module: unknown = runInThisContext(`(() => { ${outputFiles[0]?.text ?? ''}; return rendered })()`, {
    filename: 'rendered.js',
  })
  if (!isModule(module)) throw new Error('the client has no class Rendered any more')
  return (rendered) => new module.default('phx-test', structuredClone(rendered))
}
