import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds vge-perf's own package.json, in a checkout or installed. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** A program of ours, compiled: `compiled('src/engine/native/worker.js')`. Child processes run from dist/ also under tests. */
export function compiled(path: string): string {
  return join(packageRoot(), 'dist', path)
}

/** Version of vge-perf, from its package.json. */
export function version(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined
  return typeof found === 'string' ? found : 'unknown'
}
