import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Says what is wrong with a command line, and ends with 2. */
export function complain(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(2)
}

/** The words of the command line; a wrong one ends it with 2 and a sentence. */
export function optionsOf<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error))
  }
}

/** A whole number of the command line within bounds; another one ends it with 2 and a sentence. */
export function whole(name: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  return complain(`--${name} is "${value}"; expected a whole number from ${least} to ${most}.`)
}
