import type { JsonObject, Receipt, TruthTools } from 'vge-perf'

/** Facts of one kind of receipt. */
export const factsOf = (tools: TruthTools, kind: string): readonly JsonObject[] =>
  tools.receipts.filter((receipt: Receipt) => receipt.kind === kind).map((receipt) => receipt.fact)

/** A fact's text, empty when it has none. */
export const text = (fact: JsonObject, name: string): string => {
  const value = fact[name]
  return typeof value === 'string' ? value : ''
}

/** A fact's number, not a number when it has none. */
export const number = (fact: JsonObject, name: string): number => {
  const value = fact[name]
  return typeof value === 'number' ? value : Number.NaN
}

/** A fact's list of texts. */
export const texts = (fact: JsonObject, name: string): readonly string[] => {
  const value = fact[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Facts by one of their texts. */
export const byText = (
  facts: readonly JsonObject[],
  name: string,
): ReadonlyMap<string, readonly JsonObject[]> => {
  const groups = new Map<string, JsonObject[]>()
  for (const fact of facts) {
    const value = text(fact, name)
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [fact])
    else group.push(fact)
  }
  return groups
}
