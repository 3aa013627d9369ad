/** A value of a metric with its labels. */
interface Series {
  readonly value: number
  /** Only ever grows while its process lives. */
  readonly isCounter: boolean
}

/** What a node said at one moment, by series: name, then labels in order, `hits_total{layer="ets",table="seats"}`. */
export type Reading = ReadonlyMap<string, Series>

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const label = '[a-zA-Z_][a-zA-Z0-9_]*\\s*=\\s*"(?:[^"\\\\\\n]|\\\\.)*"'
/** Name, labels, value; behind it a time, and an exemplar as OpenMetrics has them. */
const sample = new RegExp(
  `^\\s*(${name})\\s*(?:\\{\\s*((?:${label}\\s*,\\s*)*(?:${label}\\s*)?)\\})?\\s+(\\S+)(?:\\s+-?[\\d.]+)?(?:\\s+#\\s+\\{.*)?\\s*$`,
)
const oneLabel = new RegExp(label, 'g')
const type = new RegExp(`^\\s*#\\s+TYPE\\s+(${name})\\s+(\\w+)`)

/** `NaN` for what is no number, as Prometheus itself says it. */
const numberOf = (text: string): number => {
  const sign = /^([+-]?)inf(?:inity)?$/i.exec(text)?.[1]
  return sign === undefined ? Number(text) : sign === '-' ? -Infinity : Infinity
}

const grows = new Set(['counter', 'histogram', 'summary'])

/** By its declared type, or that of the family that its suffix belongs to; where none was declared, by the suffix alone. */
const isCounter = (metric: string, types: ReadonlyMap<string, string>): boolean => {
  const own = types.get(metric)
  if (own !== undefined && own !== 'untyped' && own !== 'unknown') return own === 'counter'
  const family = /^(.+)_(?:total|count|sum|bucket)$/.exec(metric)?.[1]
  if (family === undefined) return false
  const declared = types.get(family)
  return declared === undefined || declared === 'unknown' || declared === 'untyped' || grows.has(declared)
}

/**
 * Reads the Prometheus text format 0.0.4, and what OpenMetrics 1.0 adds to it. Values that are no finite number are left out.
 * Throws an Error that names the first line which is no sample: half of a text would give wrong sums.
 */
export function parseMetrics(text: string): Reading {
  const types = new Map<string, string>()
  const values: (readonly [metric: string, key: string, value: number])[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const declared = type.exec(line)
    if (declared !== null) types.set(declared[1] ?? '', (declared[2] ?? '').toLowerCase())
    if (/^\s*(?:#|$)/.test(line)) continue
    const found = sample.exec(line)
    const value = numberOf(found?.[3] ?? '?')
    if (found === null || (Number.isNaN(value) && !/^[+-]?nan$/i.test(found[3] ?? '')))
      throw new Error(`line ${index + 1} is no sample: ${line.slice(0, 60).trim()}`)
    const metric = found[1] ?? ''
    if (Number.isFinite(value)) values.push([metric, metric + labelsOf(found[2]), value])
  }
  return new Map(
    values.map(([metric, key, value]) => [key, { value, isCounter: isCounter(metric, types) }] as const),
  )
}

const labelsOf = (text: string | undefined): string => {
  const labels = (text ?? '').match(oneLabel)?.map((one) => one.replace(/\s*=\s*/, '=')) ?? []
  return labels.length === 0 ? '' : `{${labels.toSorted().join(',')}}`
}
