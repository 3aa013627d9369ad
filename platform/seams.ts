import { claimWebhook } from './checkout/dedupe.js'
import { claimSeat } from './holds/claim.js'
import { acquireSeatLock } from './holds/lock.js'
import type { Seams } from './kernel.js'
import { csrfMatches } from './live/csrf.js'
import { findPageEvent } from './live/lookup.js'
import { admitTicket } from './scanning/admit.js'
import { sweepExpired } from './sweep.js'

/** The joints as they are when nothing is planted. */
export function honestSeams(): Seams {
  return {
    mayTouch: (caller, { organizationId, userId = caller.userId }) =>
      organizationId === caller.organizationId && userId === caller.userId,
    acquireSeatLock,
    claimSeat,
    bitToMark: (seatIndex) => seatIndex,
    claimWebhook,
    alreadySettled: (status) => status === 'completed',
    holdsLapsed: (converted, items) => converted < items,
    sweepExpired,
    admitTicket,
    mayJoin: (caller, organizationId) => caller.organizationId === organizationId,
    joinDelay: () => 0,
    outgoing: (event) => event,
    broadcasts: [],
    socketOpened: [],
    csrfMatches,
    beforeMount: async () => undefined,
    findPageEvent,
    mayNavigate: (from, to) => from === to,
    viewersHear: () => true,
    viewerDiff: (diff) => diff,
    beforeRoute: [],
    afterRoute: [],
  }
}
