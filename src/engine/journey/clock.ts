// k6 has neither. Until its script says how to read a finer clock, there is `Date`: whole milliseconds.
const fine = typeof performance === 'object' && typeof process === 'object'

const readOffset = (): number => {
  const before = performance.now()
  const shared = Number(process.hrtime.bigint()) / 1_000
  const after = performance.now()
  return shared - ((before + after) / 2) * 1_000
}

// The median of a few: a preempted reading is off by the time of the preemption.
const offset = fine ? (Array.from({ length: 5 }, readOffset).toSorted((a, b) => a - b)[2] ?? 0) : 0

let read = fine
  ? (): number => Math.round(performance.now() * 1_000 + offset)
  : (): number => Date.now() * 1_000

/** From now on the clock is read so: whole microseconds since 1970, where there is no other clock that all processes share. */
export function readBy(clock: () => number): void {
  read = clock
}

/** Whole microseconds on the monotonic clock that all processes of one machine share; in k6 on the wall clock. */
export function monotonic(): number {
  return read()
}

/** Wall clock minus monotonic clock, microseconds: the median of a few, since a reading may be interrupted between the two. */
export const clockGap = (): number =>
  Array.from({ length: 5 }, () => Date.now() * 1_000 - monotonic()).toSorted((a, b) => a - b)[2] ?? 0

// Finer than what `Date` tells, as long as nobody sets the clock.
let wallOffset = fine ? performance.timeOrigin - offset / 1_000 : 0

// `Date` tells whole milliseconds, and readings are interrupted. Milliseconds.
const noStep = 5

/** Takes the clock as it is now, where it was set since: a worker lives for hours. `gap` is that of `clockGap`. */
export function followWallClock(gap: number): void {
  if (Math.abs(gap / 1_000 - wallOffset) > noStep) wallOffset = gap / 1_000
}

/** Wall clock at an instant of the monotonic one: milliseconds since 1970 with their fraction. */
export function wallOf(instant: number): number {
  return instant / 1_000 + wallOffset
}
