import exec from 'k6/execution'
import { readBy } from '../../journey/clock.js'

// Of some edges the one that was seen soonest counts: a reading is late where the VU had no core just then.
const edges = 4

/**
 * Has this VU read time by how long the test runs, the one clock of k6's that tells parts of a millisecond: `Date` is asked once for the
 * edges of its milliseconds, to know when the test began. Takes about 4 ms. It is the wall clock: who sets that sets this. Throws where there is
 * no such clock.
 * Source: k6 documentation, `k6/execution`: `instance.currentTestRunDuration`, milliseconds; `GetCurrentTestRunDuration` of k6.
 */
export function useFineClock(): void {
  // Asked for once: k6 makes it anew each time.
  const { instance } = exec
  let began = Number.NEGATIVE_INFINITY
  let last = Date.now()
  for (let seen = 0; seen < edges;) {
    const now = Date.now()
    if (now === last) continue
    began = Math.max(began, now - instance.currentTestRunDuration)
    seen += now > last ? 1 : 0
    last = now
  }
  if (!Number.isFinite(began))
    throw new Error('This k6 does not tell for how long its test has run (k6/execution, instance).')
  readBy(() => Math.round((began + instance.currentTestRunDuration) * 1_000))
}
