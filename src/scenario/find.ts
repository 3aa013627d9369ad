import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { loadModule } from '../loader/load.js'
import { UserError } from '../model/errors.js'
import { packageRoot } from '../model/package.js'
import type { ResolvedProfile, Scenario } from '../model/scenario.js'
import { isScenario } from './define.js'

/** A scenario and the file that workers import. */
export interface FoundScenario {
  readonly scenario: Scenario
  readonly module: string
  readonly source: string
}

/** The folder of scenarios: the one configured, `scenarios/` here, or the package's own. */
export function scenarioFolder(configured: string | undefined): string {
  if (configured !== undefined) {
    if (!existsSync(configured)) {
      throw new UserError(
        `There is no folder ${configured}, where the configuration says that scenarios are.`,
      )
    }
    return resolve(configured)
  }
  return existsSync('scenarios') ? resolve('scenarios') : join(packageRoot(), 'scenarios')
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => /\.(ts|mts|js|mjs)$/.test(file) && !file.endsWith('.d.ts'))
    .toSorted()
    .map((file) => join(folder, file))

const load = async (file: string): Promise<FoundScenario> => {
  const shown = relative(process.cwd(), file)
  const { exported, file: module, source } = await loadModule(shown.startsWith('..') ? file : shown)
  if (!isScenario(exported)) {
    const found = exported === undefined ? 'no default export' : `a default export that is ${typeof exported}`
    throw new UserError(`${shown} is not a scenario: it has ${found}.`, {
      hint: "It must say: export default scenario('name', { … })",
      reason: 'not_a_scenario',
    })
  }
  return { scenario: exported, module, source }
}

const looksLikePath = (name: string): boolean => /[\\/]|\.\w+$/.test(name)

/**
 * Finds scenarios by name, or by path of their file; all of the folder without names.
 * Throws `UserError` for an unknown name or a file that is no scenario.
 */
export async function findScenarios(names: readonly string[], configured?: string): Promise<FoundScenario[]> {
  if (names.length > 0 && names.every(looksLikePath)) {
    for (const name of names) {
      if (!existsSync(name))
        throw new UserError(`There is no scenario file ${name}.`, { reason: 'unknown_scenario' })
    }
    return assertDistinct(await Promise.all(names.map((name) => load(resolve(name)))))
  }
  const folder = scenarioFolder(configured)
  const files = filesIn(folder)
  // A broken file that nobody asked for must not stand in the way of the one that was asked for.
  const wanted =
    names.length === 0 ? files : files.filter((file) => names.some((name) => file.includes(`/${name}.`)))
  const found = await Promise.all(
    (wanted.length === names.length || names.length === 0 ? wanted : files).map(load),
  )
  if (names.length === 0) {
    if (found.length === 0) throw new UserError(`There is no scenario in ${folder}.`)
    return assertDistinct(found)
  }
  const asked = names.map((name) => {
    const match = found.find(({ scenario }) => scenario.name === name)
    if (match === undefined) {
      const known = files.map((file) => file.replace(/^.*[\\/]|\.\w+$/g, '')).join(', ')
      const own = join(packageRoot(), 'scenarios')
      const instead =
        folder === own
          ? ''
          : ` They are those of ${folder}, which stand in place of the built-in ones; name one of these by its file in ${own}.`
      throw new UserError(`There is no scenario "${name}".`, {
        hint: `There are: ${known}.${instead} One that lies elsewhere is named by its file: --scenario path/to/${name}.ts`,
        reason: 'unknown_scenario',
      })
    }
    return match
  })
  return assertDistinct(asked)
}

/** Two of one name would write into one folder. */
function assertDistinct(found: readonly FoundScenario[]): FoundScenario[] {
  const names = found.map(({ scenario }) => scenario.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return [...found]
  throw new UserError(`Scenario "${twice}" is asked for twice, or two files have its name.`, {
    reason: 'same_scenario',
  })
}

/** A profile by its name. Throws `UserError` that lists those that there are. */
export function profileOf(scenario: Scenario, name: string): ResolvedProfile {
  const found = Object.hasOwn(scenario.profiles, name) ? scenario.profiles[name] : undefined
  if (found === undefined) {
    throw new UserError(`Scenario "${scenario.name}" has no profile "${name}".`, {
      hint: `It has: ${Object.keys(scenario.profiles).join(', ')}.`,
      reason: 'unknown_profile',
    })
  }
  return found
}
