import { UserError } from '../model/errors.js'
import { runBriefly } from '../target/run.js'
import { patience } from './patience.js'

/** What a program says of its version, its first line. Throws `UserError` when it does not run, or not within 3 s. */
export function versionOf(
  file: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const tried = runBriefly(file, args, patience, { ...options, cwd: '/' })
  const first = (text: string | null | undefined): string => (text ?? '').trim().split('\n')[0] ?? ''
  if (tried.status === 0) return first(tried.stdout)
  const why = tried.error?.message ?? (first(tried.stderr) || `ended with ${tried.status ?? tried.signal}`)
  throw new UserError(`${file} does not run: ${why}.`, { hint: `Try it by hand: ${file} ${args.join(' ')}` })
}
