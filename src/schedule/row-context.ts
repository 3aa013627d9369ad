import type { Dataset, RowContext } from '../model/scenario.js'
import { UserError } from '../model/errors.js'
import { pick, zipf } from './random.js'

/** What a scenario's `row` may use for journey `n`. Pure in n, the seed and the data. */
export function rowContext(seed: string, dataset: Dataset, n: number, phase: string): RowContext {
  const kind = (name: string) => {
    const entities = dataset[name]
    if (entities === undefined || entities.length === 0) {
      throw new UserError(`The prepared data has no "${name}".`, {
        hint: `It has: ${Object.keys(dataset).join(', ') || 'nothing'}. Ask for them in the scenario's \`data\`.`,
      })
    }
    return entities
  }
  return {
    n,
    phase,
    entity: (name, index) => {
      const entities = kind(name)
      const found = entities[index % entities.length]
      if (found === undefined) throw new UserError(`"${name}" has no entity ${index}.`)
      return found
    },
    size: (name) => dataset[name]?.length ?? 0,
    pick: (name, limit) => pick(seed, n, name, limit),
    zipf: (name, limit, exponent) => zipf(seed, n, name, limit, exponent),
  }
}
