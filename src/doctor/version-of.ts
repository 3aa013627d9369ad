import { spawnSync } from 'node:child_process'
import { UserError } from '../model/errors.js'

/** What a program says of its version, its first line. Throws `UserError` when it does not run, or not within 3 s. */
export function versionOf(
  file: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const tried = spawnSync(file, args, { ...options, cwd: '/', encoding: 'utf8', timeout: 3_000 })
  const first = (text: string | null | undefined): string => (text ?? '').trim().split('\n')[0] ?? ''
  if (tried.status === 0) return first(tried.stdout)
  const why = tried.error?.message ?? (first(tried.stderr) || `ended with ${tried.status ?? tried.signal}`)
  throw new UserError(`${file} does not run: ${why}.`, { hint: `Try it by hand: ${file} ${args.join(' ')}` })
}
