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

const packageJson = (): object => {
  const parsed: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return typeof parsed === 'object' && parsed !== null ? parsed : {}
}

/** Version of vge-perf, from its package.json. */
export function version(): string {
  const file = packageJson()
  return 'version' in file && typeof file.version === 'string' ? file.version : 'unknown'
}

/** The first major version of Node that vge-perf runs on, from `engines` of its package.json. */
export function neededNode(): number {
  const file = packageJson()
  return Number(/"node":">=(\d+)/.exec('engines' in file ? JSON.stringify(file.engines) : '')?.[1] ?? 0)
}
