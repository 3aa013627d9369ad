import { UserError } from '../model/errors.js'
import type { Arrivals, Load } from '../model/load.js'
import type {
  Bounds,
  Budgets,
  Call,
  Profile,
  ResolvedProfile,
  Scenario,
  ScenarioDefinition,
  Steps,
  Tolerance,
} from '../model/scenario.js'
import { ms, seconds } from '../model/time.js'

/** Changes up to 3 % are none, one of 10 % must be excluded to pass. */
export const defaultTolerance: Tolerance = { ignore: 0.03, reject: 0.1 }

/** Share of steps that may end in an error where a profile says nothing: a run of errors alone must not pass. */
const defaultErrors = 0.01

const withErrors = (budgets: Budgets<string>): Budgets<string> =>
  budgets.errors === undefined ? Object.assign({}, budgets, { errors: defaultErrors }) : budgets

/** Marks what `scenario` made, also when two copies of this package meet. */
const brand = Symbol.for('vge-perf.scenario')

/** One operation of the contract and the outcome of each of its answers. An answer that is not declared is an error. */
export function call<const Outcome extends string>(
  operation: string,
  answers: Readonly<Record<string, Outcome>>,
): Call<Outcome> {
  return { operation, answers }
}

/** What is done on an open page or channel, or only seen there, and the outcome of each answer. */
export function effect<const Outcome extends string>(
  answers: Readonly<Record<string, Outcome>>,
): Call<Outcome> {
  return { answers }
}

const phasesOf = (load: Load | Arrivals): Load =>
  'phases' in load ? load : { phases: [{ name: 'main', arrivals: load }] }

const wantedParts = {
  slice: 'string',
  steps: 'object',
  data: 'function',
  row: 'function',
  journey: 'function',
  profiles: 'object',
  invariants: 'object',
} as const

/** JavaScript has no types to say it. */
const checkParts = (name: string, definition: object): void => {
  const parts = new Map<string, unknown>(Object.entries(definition))
  for (const [part, type] of Object.entries(wantedParts)) {
    if (typeof parts.get(part) === type) continue
    throw new UserError(
      `Scenario "${name}" lacks \`${part}\`: expected ${type === 'object' ? 'a list or an object' : `a ${type}`}.`,
      {
        hint: `A scenario has: ${Object.keys(wantedParts).join(', ')}.`,
      },
    )
  }
}

const checkBudgets = (where: string, profile: Profile): void => {
  for (const [step, budget] of Object.entries(profile.budgets ?? {})) {
    if (typeof budget !== 'object') continue
    for (const [quantile, limit] of Object.entries(budget)) {
      if (typeof limit === 'number' && limit >= 100) continue
      throw new UserError(`${where}: budget "${step}.${quantile}": ${String(limit)} is not a duration.`, {
        hint: `Write seconds(${String(limit)}) or ms(${String(limit)}).`,
      })
    }
  }
}

const leastLoadOf = (where: string, { leastLoad = 1 }: Profile): number => {
  if (leastLoad > 0 && leastLoad <= 1) return leastLoad
  throw new UserError(`${where}: leastLoad is ${String(leastLoad)}, expected a share above 0, up to 1.`, {
    hint: 'Write leastLoad: 0.5 where half of the rates still says something; leave it out where nothing less does.',
  })
}

const checkAudience = (where: string, { audience }: Profile, known: boolean): void => {
  if (audience === undefined) return
  if (!known) {
    throw new UserError(`${where}: has an audience, but the scenario does not say what it does.`, {
      hint: 'Give the scenario `audience: async (vu, row) => { … }`.',
    })
  }
  const { count, joining } = audience
  if (!Number.isInteger(count) || count < 1)
    throw new UserError(`${where}: an audience of ${String(count)}: expected a whole number of watchers.`)
  if (!(joining >= 1_000 && Number.isFinite(joining))) {
    throw new UserError(`${where}: its audience joins over ${String(joining)}, which is not a duration.`, {
      hint: 'Write joining: seconds(4) or ms(400).',
    })
  }
}

/**
 * One page that says what users do, when, and what must hold. Names of steps, outcomes and profiles are checked by their types;
 * throws `UserError` for what types cannot see.
 */
export function scenario<const S extends Steps, Row, const P extends string>(
  name: string,
  definition: ScenarioDefinition<S, Row, P>,
): Scenario {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UserError(`A scenario is called "${name}".`, {
      hint: 'Small letters, digits and dashes, as in `seat-selection`.',
    })
  }
  checkParts(name, definition)
  const profiles: Record<string, ResolvedProfile> = {}
  for (const [profileName, profile] of Object.entries<Profile>(definition.profiles)) {
    checkBudgets(`${name}, profile ${profileName}`, profile)
    checkAudience(`${name}, profile ${profileName}`, profile, definition.audience !== undefined)
    profiles[profileName] = {
      load: phasesOf(profile.load),
      audience: profile.audience,
      budgets: withErrors(profile.budgets ?? {}),
      slice: profile.slice ?? ms(250),
      timeout: profile.timeout ?? seconds(30),
      leastLoad: leastLoadOf(`${name}, profile ${profileName}`, profile),
      data: profile.data ?? definition.data,
    }
  }
  if (
    definition.audience !== undefined &&
    !Object.values(profiles).some(({ audience }) => audience !== undefined)
  ) {
    throw new UserError(`${name}: says what an audience does, but no profile has one.`, {
      hint: 'Give a profile `audience: { count: 20, joining: seconds(1) }`.',
    })
  }
  const tolerances: Record<string, Tolerance> = {}
  for (const [step, tolerance] of Object.entries<'default' | Tolerance | undefined>(
    definition.tolerances ?? {},
  )) {
    if (tolerance !== undefined) tolerances[step] = tolerance === 'default' ? defaultTolerance : tolerance
  }
  const made = {
    name,
    slice: definition.slice,
    steps: definition.steps,
    data: definition.data,
    // The row type is only known to the definition: a row goes from its `row` to its `journey` and nowhere else.
    row: definition.row,
    journey: definition.journey as Scenario['journey'],
    audience: definition.audience as Scenario['audience'],
    profiles,
    mix: (definition.mix ?? {}) as Readonly<Record<string, Readonly<Record<string, Bounds>>>>,
    tolerances,
    invariants: definition.invariants,
    wins: (definition.wins ?? {}) as Scenario['wins'],
    needs: definition.needs ?? [],
  }
  Object.defineProperty(made, brand, { value: true })
  return made
}

/** True for what `scenario` made. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && brand in value
}
