import type { Dataset, PrepareTools } from 'vge-perf'
import { eventEntity, makeEvent } from './events.js'
import type { Count } from './kinds.js'
import { makeBuyers, makeDevices, makeGates, makeOrganisers, makeOrganization } from './tenants.js'
import { newId } from './tokens.js'

/** The tenant next door, whose people try what they may not, and whose things others try to reach. */
export const makeNeighbours = async (
  tools: PrepareTools,
  organization: string,
  count: Count,
): Promise<Dataset> => {
  const { sql, figures } = tools
  const event = newId()
  const gatesWanted = Math.max(count('rivalGates'), count('foreignDevices') > 0 ? 1 : 0)
  const [strangers, rivals, rivalOrganisers, gates, seats] = await Promise.all([
    makeBuyers(sql, organization, count('strangers')),
    makeBuyers(sql, organization, count('rivals')),
    makeOrganisers(sql, organization, count('rivalOrganisers')),
    makeGates(sql, organization, event, gatesWanted, figures.gate_capacity_count ?? 0),
    makeEvent(tools, {
      id: event,
      organization,
      status: 'live',
      seats: Math.max(1, count('rivalSeats')),
      ttl: null,
    }),
    makeOrganization(sql, organization, 'Load test, next door'),
  ])
  return {
    strangers,
    rivals,
    rivalOrganisers,
    rivalEvents: [eventEntity(event, organization, 'rival')],
    rivalSeats: seats.slice(0, count('rivalSeats')),
    rivalGates: gates,
    foreignDevices: await makeDevices(sql, organization, gates, count('foreignDevices')),
  }
}
