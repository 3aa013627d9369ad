import { UserError } from '../model/errors.js'
import type { Arrivals, Load, Phase } from '../model/load.js'
import { micros, type Micros, type PerSecond } from '../model/time.js'

const positive = (value: number, what: string): void => {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new UserError(`${what} is ${value}, expected a number above 0.`, {
      hint: 'Write rates as perSecond(200), durations as seconds(30).',
    })
  }
}

const lasting = (duration: Micros): void => {
  positive(duration, 'A duration')
  if (duration < 1_000) {
    throw new UserError(`${duration} is not a duration: it would be ${duration} microseconds.`, {
      hint: `Write seconds(${duration}) or ms(${duration}).`,
    })
  }
}

/** Open model, Poisson arrivals. */
export function open(rate: PerSecond, duration: Micros): Arrivals {
  positive(rate, 'A rate')
  lasting(duration)
  return { kind: 'open', rate, duration }
}

/** Open model, evenly spaced arrivals. */
export function constant(rate: PerSecond, duration: Micros): Arrivals {
  positive(rate, 'A rate')
  lasting(duration)
  return { kind: 'constant', rate, duration }
}

/** Open model, the rate grows or falls evenly. */
export function ramp(from: PerSecond, to: PerSecond, duration: Micros): Arrivals {
  positive(from + to, 'A rate')
  lasting(duration)
  return { kind: 'ramp', from, to, duration }
}

/** Open model: `base` all along, `peak` from `at` for `lasts`. */
export function spike(load: {
  readonly base: PerSecond
  readonly peak: PerSecond
  readonly at: Micros
  readonly lasts: Micros
  readonly duration: Micros
}): Arrivals {
  positive(load.base, 'A base rate')
  positive(load.peak, 'A peak rate')
  lasting(load.duration)
  return { kind: 'spike', ...load }
}

/** Open model, the opening of a sale: `first` journeys in the first second, then a rate that halves every `halfLife`. */
export function surge(first: number, halfLife: Micros, duration: Micros): Arrivals {
  positive(first, 'A number of journeys')
  lasting(halfLife)
  lasting(duration)
  return { kind: 'surge', first, halfLife, duration }
}

/** Exactly `count` journeys at one instant, connections opened beforehand. */
export function burst(count: number): Arrivals {
  if (!Number.isInteger(count) || count < 1) {
    throw new UserError(`A burst of ${count}: expected a whole number of journeys.`)
  }
  return { kind: 'burst', count }
}

/** Starts as somebody recorded them, from the start of the phase. */
export function trace(starts: readonly Micros[]): Arrivals {
  if (starts.length === 0) throw new UserError('A trace needs at least one start.')
  return { kind: 'trace', starts: starts.map((start) => micros(start)).toSorted((a, b) => a - b) }
}

/** Closed model: `users` go round for `duration`, pausing `think` between journeys. Coordinated omission is inherent. */
export function closed(users: number, duration: Micros, think: Micros = micros(0)): Arrivals {
  positive(users, 'A number of users')
  lasting(duration)
  return { kind: 'closed', users, duration, think }
}

/** Names a stretch of a load. */
export const phase = (name: string, arrivals: Arrivals): Phase => {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UserError(`A phase is called "${name}".`, {
      hint: 'Small letters, digits and dashes, as in `one-seat`.',
    })
  }
  return { name, arrivals }
}

/** Phases one after the other. */
export function inOrder(...phases: readonly Phase[]): Load {
  const names = phases.map(({ name }) => name)
  if (phases.length === 0 || new Set(names).size < names.length) {
    throw new UserError(`Phases need names of their own, found: ${names.join(', ') || 'none'}.`)
  }
  return { phases }
}
