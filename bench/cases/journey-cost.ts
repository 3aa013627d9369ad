import type { Bench, Row } from '../frame/bench.js'
import { autocannon } from '../peers/autocannon.js'
import { beside, peersHere, withTarget } from '../peers/beside.js'
import { k6 } from '../peers/k6.js'

/** Issue "Cost": a `vu` journey must not cost it all. */
export const journeyCost: Bench = {
  name: 'journey-cost',
  about:
    'CPU a journey of GET, POST with a JSON body, GET, each answer parsed and checked, beside autocannon and k6',
  run: (context) =>
    withTarget(async (target) => {
      const rows: Row[] = []
      for (const peer of peersHere([autocannon, k6], context.log)) {
        const figures = await beside(context, target, peer, 'journey', ({ cpu, journeys }) => cpu / journeys)
        rows.push({
          id: `journey-cpu.${peer.name}`,
          what: 'CPU a journey of three steps',
          unit: 'µs',
          ...figures,
        })
      }
      return rows
    }),
}
