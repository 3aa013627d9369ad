import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import * as v from 'valibot'

const symlinksFile = v.array(v.object({ source: v.string(), target: v.string() }))

/**
 * Puts the npm package's programs where another account can run them; false when this way does not work here. Hard links share
 * the files' own modes, copies are opened to all. Also makes the links between libraries that npm did not, told to run no scripts.
 */
export function replicate(native: string, copy: string, how: 'link' | 'copy'): boolean {
  try {
    replicateTree(native, copy, how)
    const listed = v.parse(symlinksFile, JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
    for (const { source, target } of listed) {
      const link = join(copy, relative('native', target))
      if (!existsSync(link)) symlinkSync(basename(source), link)
    }
    return true
  } catch {
    // Another file system (EXDEV) or a file that must not be linked: the next way is the answer.
    return false
  }
}

function replicateTree(from: string, to: string, how: 'link' | 'copy'): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) replicateTree(source, target, how)
    else if (entry.isFile() && how === 'link') linkSync(source, target)
    else if (entry.isFile()) {
      copyFileSync(source, target, constants.COPYFILE_FICLONE)
      chmodSync(target, 0o755)
    }
  }
}
