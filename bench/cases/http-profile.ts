import type { Bench } from '../frame/bench.js'
import { cores, startProgram } from '../frame/child.js'
import { kinds, type Kind } from '../frame/profile-shares.js'
import { median } from '../frame/rounds.js'
import { withTarget } from '../peers/beside.js'

const seconds = 4

/** What stands between our CPU a request and that of bare sockets. */
export const httpProfile: Bench = {
  name: 'http-profile',
  about:
    "where a worker's time goes under the load of http-cost, from users who wait for nothing, by V8's profiler",
  run: ({ rounds }) =>
    withTarget(async ({ url }) => {
      const all: Record<Kind, number>[] = []
      for (let round = 0; round < rounds; round += 1) {
        const child = startProgram('profile', cores.generator, [url, String(seconds)])
        try {
          all.push((await child.answer()) as Record<Kind, number>)
        } finally {
          await child.stop()
        }
      }
      return Object.entries(kinds).map(([kind, what]) => {
        const values = all.map((shares) => shares[kind as Kind] * 100)
        return {
          id: `http-profile.${kind}`,
          what,
          unit: '%',
          ours: median(values),
          spread: [Math.min(...values), Math.max(...values)] as const,
        }
      })
    }),
}
