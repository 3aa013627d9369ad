import type { Bench, BenchContext, Row } from '../frame/bench.js'
import { median } from '../frame/rounds.js'
import type { RunningTarget } from '../frame/target.js'
import { autocannon } from '../peers/autocannon.js'
import { bare } from '../peers/bare.js'
import { beside, notMeasured, peersHere, withTarget } from '../peers/beside.js'
import { k6 } from '../peers/k6.js'
import { connections } from '../peers/loads.js'
import { oursAtRate } from '../peers/ours.js'
import { wrk } from '../peers/wrk.js'

const goals: Readonly<Record<string, number>> = { autocannon: 0.66, wrk: 1.25, k6: 0.22 }

// One that every generator can hold.
const rate = 5_000

const summaryOf = (values: readonly number[]): Pick<Row, 'ours' | 'spread'> => ({
  ours: median(values),
  spread: [Math.min(...values), Math.max(...values)],
})

/** Below what it can do it waits, and it waits busily: with that and without. */
const atRate = async ({ rounds }: BenchContext, target: RunningTarget): Promise<Row[]> => {
  const all: number[] = []
  const work: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const { cpu, work: busy, journeys } = await oursAtRate(target, 'get', rate)
    all.push(cpu / journeys)
    work.push(busy / journeys)
  }
  const at = `CPU a request at ${rate}/s`
  return [
    {
      id: 'http-cpu.paced',
      what: at,
      unit: 'µs',
      ...summaryOf(all),
      note: 'With what the pacer waits busily.',
    },
    { id: 'http-cpu.paced-work', what: `${at}, without the spin`, unit: 'µs', ...summaryOf(work) },
  ]
}

/** Issue "Cost", rows 1 to 3. */
export const httpCost: Bench = {
  name: 'http-cost',
  about: `CPU a keep-alive request on ${connections} connections, schedule and recording on, beside autocannon, wrk and k6`,
  run: (context) =>
    withTarget(async (target) => {
      const rows: Row[] = []
      for (const peer of peersHere([autocannon, wrk, k6, bare], context.log)) {
        const figures = await beside(context, target, peer, 'get', ({ cpu, journeys }) => cpu / journeys)
        const atMost = goals[peer.name]
        rows.push({
          id: `http-cpu.${peer.name}`,
          what: 'CPU a request',
          unit: 'µs',
          ...figures,
          ...(atMost === undefined ? {} : { goal: { atMost } }),
        })
      }
      const absent = [autocannon, wrk]
        .filter((peer) => peer.missing() !== undefined)
        .map((peer) =>
          notMeasured(peer, {
            id: `http-cpu.${peer.name}`,
            what: 'CPU a request',
            unit: 'µs',
            goal: { atMost: goals[peer.name] ?? NaN },
          }),
        )
      return [...rows, ...absent, ...(await atRate(context, target))]
    }),
}
