/** Addresses of stores may hold passwords: that they were given is told. */
const secret = /^--(postgres|redis|control-postgres|control-redis)(=|$)/
/** It holds a run by then, and would be refused; a seed is told apart. */
const left = /^--(report|seed)(=|$)/

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/**
 * The command line that repeats this one, with its seed where it has one, with … for what may hold a password, and without a folder of
 * results.
 */
export function repeatCommand(seed?: string, args: readonly string[] = process.argv.slice(2)): string {
  const kept: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? ''
    const takesNext = !word.includes('=')
    if (secret.test(word)) kept.push(word.replace(/=.*/s, ''), '…')
    else if (!left.test(word)) kept.push(quoted(word))
    if ((secret.test(word) || left.test(word)) && takesNext) index += 1
  }
  return ['vge-perf', ...kept, ...(seed === undefined ? [] : ['--seed', seed])].join(' ')
}
