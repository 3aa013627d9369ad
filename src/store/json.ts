/** JSON would turn NaN into null, and nobody would know; throws an Error that names the field instead. */
export function jsonText(value: unknown, what: string, space?: number): string {
  return JSON.stringify(
    value,
    (key, field: unknown) => {
      if (typeof field === 'number' && !Number.isFinite(field)) {
        throw new Error(`${what}: ${key === '' ? 'the value' : key} is ${field}; expected a finite number`)
      }
      return field
    },
    space,
  )
}

/** One line of an ndjson file, with its line break. */
export function jsonLine(value: unknown, what: string): string {
  return `${jsonText(value, what)}\n`
}

/** The same records with their keys in order, so that two files differ only where their content does. */
export function inKeyOrder<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
