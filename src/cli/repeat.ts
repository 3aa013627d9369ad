/** Secrets, and a folder that holds a run by then, which would be refused. */
const left = /^--(postgres|redis|control-postgres|control-redis|report)(=|$)/

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** The command line that repeats this one, with its seed, and without what may hold a password or a folder of results. */
export function repeatCommand(seed: string, args: readonly string[] = process.argv.slice(2)): string {
  const kept: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? ''
    if (left.test(word)) {
      if (!word.includes('=')) index += 1
      continue
    }
    if (word === '--seed') {
      index += 1
      continue
    }
    if (!word.startsWith('--seed=')) kept.push(quoted(word))
  }
  return ['vge-perf', ...kept, '--seed', seed].join(' ')
}
