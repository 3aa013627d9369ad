import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../../../src/model/scenario.js'

/** The browser client's own tree, as far as it is used here. */
export interface ClientRendered {
  mergeDiff(diff: JsonObject): void
  toString(): { readonly buffer: string }
}

interface ClientModule {
  readonly Rendered: new (viewId: string, rendered: JsonObject) => ClientRendered
}

const isModule = (value: unknown): value is ClientModule =>
  typeof value === 'object' && value !== null && 'Rendered' in value && typeof value.Rendered === 'function'

/** `Rendered` of the npm package, which does not export it: the package's file with one more export. */
export async function loadClient(): Promise<ClientModule> {
  const file = fileURLToPath(import.meta.resolve('phoenix_live_view'))
  const source = `${readFileSync(file, 'utf8')}\nexport { Rendered }`
  // It looks for structuredClone in the window.
  Object.assign(globalThis, { window: globalThis })
  const loaded: unknown = await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`
  )
  if (isModule(loaded)) return loaded
  throw new Error('phoenix_live_view has no Rendered any more.')
}

/** The client's HTML without the marks that only its page patching needs. */
export const plainHtml = (rendered: ClientRendered): string =>
  rendered.toString().buffer.replaceAll(/ data-phx-(?:id|view)="[^"]*"/g, '')
