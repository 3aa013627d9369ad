import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../model/errors.js'
import type { Unpacked } from './redis-binary.js'
import { exists, run } from './run.js'

/**
 * Gets the packages of redis-server that this Debian or Ubuntu lacks, and unpacks them below `folder`: needs no root, starts no
 * service. The system's package lists may be missing or too old; then it fetches lists of its own, thrown away afterwards.
 */
export function unpackDebian(folder: string, say: (line: string) => void): Unpacked {
  if (!exists('apt-get') || !exists('dpkg')) throw new Error('no apt-get and dpkg here')
  say(
    'No redis-server here: downloading the Debian package (about 2 MB) into a cache folder, without installing it…',
  )
  const work = join(folder, 'apt')
  mkdirSync(work)
  try {
    download(work, [])
  } catch {
    download(work, ownLists(work))
  }
  for (const deb of debs(work)) run('dpkg', ['-x', join(work, deb), folder])
  rmSync(work, { recursive: true })
  const file = 'usr/bin/redis-server'
  if (!existsSync(join(folder, file))) throw new Error(`the package redis-server has no ${file}`)
  return { file, libraries: libraryFolders(folder), origin: 'Debian packages in the cache' }
}

function download(work: string, options: readonly string[]): void {
  const plan = run('apt-get', [...options, '-s', '--no-install-recommends', 'install', 'redis-server'])
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '')
  if (names.length === 0) throw new Error('apt-get says that redis-server is installed already')
  run('apt-get', [...options, 'download', ...names], {}, work)
  const got = debs(work).length
  if (got < names.length) throw new Error(`apt-get brought ${got} of ${names.length} packages`)
}

function ownLists(work: string): string[] {
  for (const one of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, one), { recursive: true })
  const options = [`Dir::State=${join(work, 'state')}`, `Dir::Cache=${join(work, 'cache')}`]
    // What is installed is still the system's to say; and a folder of ours is closed to the account _apt.
    .concat(['Dir::State::status=/var/lib/dpkg/status', 'APT::Sandbox::User=root', 'Acquire::Languages=none'])
    .flatMap((option) => ['-o', option])
  try {
    run('apt-get', [...options, 'update'])
  } catch (error) {
    throw new Error(`the package lists could not be fetched (${messageOf(error)})`, { cause: error })
  }
  return options
}

function debs(work: string): string[] {
  return readdirSync(work).filter((name) => name.endsWith('.deb'))
}

function libraryFolders(folder: string): string[] {
  const lib = join(folder, 'usr', 'lib')
  return existsSync(lib)
    ? readdirSync(lib)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join('usr', 'lib', name))
    : []
}
