import { UserError } from '../model/errors.js'
import { startsOf } from '../schedule/starts.js'
import type { Environment } from '../model/config.js'
import type { Load, Phase } from '../model/load.js'
import type { ResolvedProfile } from '../model/scenario.js'

const maxJourneys = 5_000_000
const maxSeconds = 2 * 3_600

/** Highest rate of a phase, journeys a second; a burst counts as its journeys in one second. */
const peakOf = ({ arrivals }: Phase): number => {
  switch (arrivals.kind) {
    case 'open':
    case 'constant':
      return arrivals.rate
    case 'ramp':
      return Math.max(arrivals.from, arrivals.to)
    case 'spike':
      return arrivals.base + arrivals.peak
    case 'surge':
      return arrivals.first
    case 'burst':
      return arrivals.count
    case 'trace':
      return arrivals.starts.length
    case 'closed':
      return arrivals.users
  }
}

/** Connections to one arm that a profile needs at once, as far as it says: of a burst one each, and one a watcher. */
export function connectionsOf({ load, audience }: Pick<ResolvedProfile, 'load' | 'audience'>): number {
  const bursts = load.phases.map(({ arrivals }) => (arrivals.kind === 'burst' ? arrivals.count : 0))
  return Math.max(0, ...bursts) + (audience?.count ?? 0)
}

/** Journeys at most, and seconds, of a phase. */
export function sizeOf(phase: Phase): { readonly journeys: number; readonly seconds: number } {
  const { arrivals } = phase
  if (arrivals.kind === 'burst') return { journeys: arrivals.count, seconds: 0 }
  if (arrivals.kind === 'trace')
    return { journeys: arrivals.starts.length, seconds: (arrivals.starts.at(-1) ?? 0) / 1e6 }
  const seconds = arrivals.duration / 1e6
  if (arrivals.kind === 'ramp')
    return { journeys: Math.round(((arrivals.from + arrivals.to) / 2) * seconds), seconds }
  if (arrivals.kind === 'surge') return { journeys: startsOf(arrivals, '', '').length, seconds }
  if (arrivals.kind === 'spike') {
    return { journeys: Math.round(arrivals.base * seconds + arrivals.peak * (arrivals.lasts / 1e6)), seconds }
  }
  return { journeys: Math.round(peakOf(phase) * seconds), seconds }
}

/** Load is bounded in count and time, and beyond loopback by what the environment allows. Throws `UserError`. */
export function assertWithinLimits(
  { load, audience }: { readonly load: Load; readonly audience?: ResolvedProfile['audience'] },
  profile: string,
  environment: Environment | undefined,
): void {
  const sizes = load.phases.map(sizeOf)
  const journeys = sizes.reduce((sum, size) => sum + size.journeys, audience?.count ?? 0)
  const seconds = sizes.reduce((sum, size) => sum + size.seconds, 0)
  if (journeys > maxJourneys || seconds > maxSeconds) {
    throw new UserError(
      `Profile "${profile}" would send ${journeys} journeys over ${Math.round(seconds)} s; at most ${maxJourneys} and ${maxSeconds} s are allowed.`,
    )
  }
  if (environment === undefined) return
  const peak = Math.max(...load.phases.map(peakOf))
  if (!environment.profiles.includes(profile)) {
    throw new UserError(`Profile "${profile}" is not allowed on this environment.`, {
      hint: `Allowed: ${environment.profiles.join(', ')}.`,
    })
  }
  if ((audience?.count ?? 0) > environment.maxConnections) {
    throw new UserError(
      `Profile "${profile}" has ${audience?.count ?? 0} watchers; this environment allows ${environment.maxConnections} connections.`,
    )
  }
  if (peak > environment.maxRate) {
    throw new UserError(
      `Profile "${profile}" peaks at ${peak} journeys a second; this environment allows ${environment.maxRate}.`,
    )
  }
}
