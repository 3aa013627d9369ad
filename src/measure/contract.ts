import { applySettings } from '../binding/contract.js'
import { loadModule } from '../loader/load.js'
import type { Config } from '../model/config.js'
import type { Contract } from '../model/contract.js'
import { UserError } from '../model/errors.js'
import { compiled } from '../model/package.js'
import { pathToFileURL } from 'node:url'

const wanted = ['operations', 'keys', 'figures', 'preflight', 'data', 'invariants'] as const

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && wanted.every((name) => name in value)

/** The contract of the configuration, or ours, with the settings laid over it, and the file that workers import. */
export async function openContract(
  config: Config,
): Promise<{ readonly contract: Contract; readonly module: string }> {
  const own = compiled('contract/index.js')
  const loaded =
    config.contract === undefined
      ? {
          source: own,
          file: own,
          exported: ((await import(pathToFileURL(own).href)) as { default: unknown }).default,
        }
      : await loadModule(config.contract)
  if (!isContract(loaded.exported)) {
    throw new UserError(
      `${config.contract ?? own} is not a contract: its default export lacks some of ${wanted.join(', ')}.`,
      {
        reason: 'not_a_contract',
      },
    )
  }
  return { contract: applySettings(loaded.exported, config.settings), module: loaded.file }
}
