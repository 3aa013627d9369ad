const readOffset = (): number => {
  const before = performance.now()
  const shared = Number(process.hrtime.bigint()) / 1_000
  const after = performance.now()
  return shared - ((before + after) / 2) * 1_000
}

// The median of a few: a preempted reading is off by the time of the preemption.
const offset =
  [readOffset(), readOffset(), readOffset(), readOffset(), readOffset()].toSorted((a, b) => a - b)[2] ?? 0

/** Whole microseconds on the monotonic clock that all processes of one machine share. */
export function monotonic(): number {
  return Math.round(performance.now() * 1_000 + offset)
}

// Both are read at one instant; only a step of the system's clock, in mid-run, would part them.
const wallOffset = performance.timeOrigin - offset / 1_000

/** Wall clock at an instant of the monotonic one: milliseconds since 1970 with their fraction. */
export function wallOf(instant: number): number {
  return instant / 1_000 + wallOffset
}
