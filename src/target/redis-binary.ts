import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import * as v from 'valibot'
import { packageRoot } from '../model/package.js'

export interface RedisBinary {
  readonly file: string
  /** Folders for LD_LIBRARY_PATH, when it came without the system's package manager. */
  readonly libraries: readonly string[]
  /** Where it was found, for people. */
  readonly origin: string
}

const redisNote = v.object({ file: v.string(), libraries: v.array(v.string()), origin: v.string() })

/** A server unpacked below a folder; paths relative to it. */
export type Unpacked = v.InferOutput<typeof redisNote>

/** The file in that folder that says so. */
export const redisNoteFile = 'vge-perf.json'

/** In the order in which they are looked for: same protocol, same scripts. */
const redisNames = ['redis-server', 'valkey-server'] as const

/** Finds a Redis: on PATH, then what the bootstrap once put in a cache folder. */
export function findRedis(env: NodeJS.ProcessEnv = process.env): RedisBinary | undefined {
  return (
    onPath(env) ??
    cacheFolders(env)
      .map(cached)
      .find((found) => found !== undefined)
  )
}

/**
 * Where an own server may be kept, best first. A home may be missing or not ours to write in; then it is the folder of packages.
 */
export function cacheFolders(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const xdg = env['XDG_CACHE_HOME']
  const home = env['HOME'] || homedir()
  return [
    ...(xdg !== undefined && isAbsolute(xdg) ? [join(xdg, 'vge-perf')] : []),
    ...(isAbsolute(home) ? [join(home, '.cache', 'vge-perf')] : []),
    join(packageRoot(), 'node_modules', '.cache', 'vge-perf'),
  ].map((folder) => join(folder, 'redis'))
}

function onPath(env: NodeJS.ProcessEnv): RedisBinary | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const files = redisNames.flatMap((name) => folders.map((folder) => join(folder, name)))
  const file = files.find(isProgram)
  return file === undefined ? undefined : { file, libraries: [], origin: 'PATH' }
}

function cached(folder: string): RedisBinary | undefined {
  try {
    const note = v.parse(redisNote, JSON.parse(readFileSync(join(folder, redisNoteFile), 'utf8')))
    const file = join(folder, note.file)
    if (!isProgram(file)) return undefined
    return { file, libraries: note.libraries.map((one) => join(folder, one)), origin: note.origin }
  } catch {
    return undefined
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
