import { mayAsk, reachOf } from '../config/reach.js'
import { connectStores, storeHost, type OpenStores } from '../data/index.js'
import type { Condition } from '../model/condition.js'
import type { Config } from '../model/config.js'
import { messageOf, UserError } from '../model/errors.js'
import { clockByAsking, clockByDates, judgeClock, readDates, type ClockReading } from './clock.js'
import { contained } from './contained.js'
import type { Check, NamedTarget } from './examined.js'
import { inTime } from './patience.js'
import { ok, refused, warning } from './states.js'

/** A condition, and what was read of clocks on the way. */
interface Looked {
  readonly condition: Condition
  readonly clocks: readonly (ClockReading | undefined)[]
}

const lookAtAddresses = async (
  name: string,
  { urls, greet, health }: NamedTarget,
  headers: Config['headers'],
): Promise<Looked> => {
  try {
    await Promise.all(urls.map(greet))
  } catch (error) {
    return { condition: refused(name, error), clocks: [] }
  }
  const clocks = urls.map(async (url) => {
    const dates = await readDates((signal) => fetch(health(url), { headers, signal, redirect: 'manual' }))
    return clockByDates(`\`Date\` of ${urls.length === 1 ? 'the target' : url}, in whole seconds, is`, dates)
  })
  return { condition: ok(name, `${urls.join(', ')} answers`), clocks: await Promise.all(clocks) }
}

/** A store that let us in and then does not answer is no fault of ours. */
const brokeOff = (what: string) => (error: unknown) => {
  throw new UserError(`${what} let us in, but did not answer a question: ${messageOf(error)}.`, {
    hint: 'May this account read, and does the server stay up?',
    cause: error,
  })
}

const unreadable = (who: string, error: unknown): UserError =>
  new UserError(`${who} sent what its client cannot read: ${messageOf(error)}.`, {
    hint: 'Is it the right address, and nothing else that listens there?',
    cause: error,
  })

/** Opens one store and asks it. What cannot be asked is a condition too. */
const lookAtStore = async (
  name: string,
  what: 'Postgres' | 'Redis',
  url: string | undefined,
  config: Config,
  missing: string,
  ask: (stores: OpenStores) => Promise<Looked>,
): Promise<Looked> => {
  if (url === undefined) {
    const option = what.toLowerCase()
    const remedy = `Name it with --${option}, or as \`${option}\` of this target in vge-perf.config.ts.`
    return { condition: warning(name, `not named: ${missing}`, remedy), clocks: [] }
  }
  let who: string = what
  const look = async (): Promise<Looked> => {
    const opening = connectStores(what === 'Postgres' ? { postgres: url } : { redis: url })
    const stores = await inTime(what, opening, (late) => void late.close().catch(() => undefined))
    who = `${what} let us in, but`
    try {
      return await inTime(what, ask(stores).catch(brokeOff(what)), () => undefined)
    } finally {
      // Closing waits for what hangs.
      void stores.close().catch(() => undefined)
    }
  }
  try {
    const host = storeHost(url, what)
    if (!mayAsk(config, host)) {
      const found = `not asked: ${host} is beyond this machine, and no environment of the configuration names it`
      const remedy = `If this is the store that is meant, name ${host} among the \`hosts\` of an environment in vge-perf.config.ts.`
      return { condition: warning(name, found, remedy), clocks: [] }
    }
    return await contained(look, (error) => unreadable(who, error))
  } catch (error) {
    return { condition: refused(name, error), clocks: [] }
  }
}

const askPostgres =
  (name: string) =>
  async ({ sql }: OpenStores): Promise<Looked> => {
    const one = async (query: string): Promise<unknown> =>
      (await sql?.query<{ readonly it: unknown }>(query))?.[0]?.it
    const version = await one(`SELECT current_setting('server_version') AS it`)
    if (typeof version !== 'string') throw new Error('it tells no version')
    const clock = await clockByAsking('Postgres is', async () =>
      // A number or its digits, as the version has it.
      Number.parseFloat(String(await one('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS it'))),
    )
    return { condition: ok(name, `${version} answers`), clocks: [clock] }
  }

const askRedis =
  (name: string) =>
  async ({ redis }: OpenStores): Promise<Looked> => {
    // An account may be kept from INFO, and nothing else needs it.
    const info = await redis?.call('INFO', 'server').catch(messageOf)
    const version = /^(?:valkey|redis)_version:(\S+)/m.exec(String(info))?.[1]
    return { condition: ok(name, `${version ?? 'its version cannot be known here;'} answers`), clocks: [] }
  }

const lookAt = async (
  target: NamedTarget,
  config: Config,
  several: boolean,
): Promise<readonly Condition[]> => {
  const named = (name: string): string => (several ? `${name} of ${target.arm}` : name)
  try {
    reachOf(config, target.urls)
  } catch (error) {
    // What may not be loaded is not even asked.
    return [refused(named('target'), error)]
  }
  const { postgres, redis } = target
  const noRows = `${config.data.adapter === 'sql' ? 'no rows can be made, and ' : ''}what is in the stores is not checked`
  const looked = await Promise.all([
    lookAtAddresses(named('target'), target, config.headers),
    lookAtStore(named('Postgres'), 'Postgres', postgres, config, noRows, askPostgres(named('Postgres'))),
    lookAtStore(
      named('Redis'),
      'Redis',
      redis,
      config,
      'scenarios that talk to Redis cannot run, and its keys are not checked',
      askRedis(named('Redis')),
    ),
  ])
  const clocks = looked.flatMap((one) => one.clocks).filter((clock) => clock !== undefined)
  return [...looked.map(({ condition }) => condition), judgeClock(named('clock'), clocks)]
}

/** The targets that are named and their stores: whether they answer, and how far their clocks are from ours. */
export const targets: Check = async ({ targets: all, config }) =>
  (await Promise.all(all.map((target) => lookAt(target, config, all.length > 1)))).flat()
