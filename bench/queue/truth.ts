import type { Law } from './law.js'
import { singleServer } from './server.js'

/** What a perfect observer measures: from the intended start of each request until a server of this law is done with it. Microseconds. */
export function sojourns(starts: readonly number[], law: Law): number[] {
  const serve = singleServer(law)
  return starts.map((start, n) => serve(n, start) - start)
}
