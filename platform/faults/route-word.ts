import { UsageError } from '../errors.js'
import { routes } from '../routes/index.js'

/**
 * Which routes a fault is meant for, from the word before the first colon: the name of one, or `*` for all.
 * @throws UsageError that lists the names.
 */
export function routeMatcher(fault: string, word: string): (name: string) => boolean {
  if (word === '*') return () => true
  const names = routes.map(({ name }) => name)
  if (!names.includes(word))
    throw new UsageError(
      `fault "${fault}" does not know route "${word}"; accepted: * or one of ${names.join(', ')}`,
    )
  return (name) => name === word
}
