import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UserError } from './errors.js'

/** Makes a folder of our own, mode 0700, whose name begins with `prefix`. Throws `UserError` when `parent` does not let us. */
export function temporaryFolder(parent: string, prefix: string): string {
  try {
    return mkdtempSync(join(parent, prefix))
  } catch (error) {
    throw new UserError(`No temporary folder can be made in ${parent} (${messageOf(error)}).`, {
      hint: 'Set TMPDIR to a folder that is there, has room and may be written.',
      reason: 'no_temporary_folder',
      cause: error,
    })
  }
}
