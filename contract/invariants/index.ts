import type { Invariant } from 'vge-perf'
import { bitmapEqualsDatabase } from './bitmap.js'
import { eachChangeIsHeardOnce } from './each-change.js'
import { eventState } from './event-state.js'
import { framesAreSmallAndPrivate, framesStayInTheirTenant } from './frames.js'
import { idempotent } from './idempotent.js'
import { limitsHold } from './limits-hold.js'
import { mutualExclusion } from './mutual-exclusion.js'
import { noNewsOfWhatDidNotHappen } from './news.js'
import { allOrNothing, badWebhooksRefused, ledgerBalances, webhookExactlyOnce } from './payments.js'
import { readsFollowWrites, soldOutIsTrue } from './reads.js'
import { registryEqualsDatabase } from './registry.js'
import { oneAdmissionATicket } from './scanning.js'
import { holdsExpire, noOversell, oneLiveHoldASeat, seatAgrees } from './seats.js'
import { tenantsAreApart } from './tenants.js'
import { uniqueIndexesStand } from './unique-indexes.js'
import { everyWinIsKept } from './wins.js'

/** What must hold for every single event, by the name that scenarios use. Source: contract §10. */
export const invariants: Readonly<Record<string, Invariant>> = {
  'one-live-hold-a-seat': oneLiveHoldASeat,
  'no-oversell': noOversell,
  'every-win-is-kept': everyWinIsKept,
  'seat-agrees': seatAgrees,
  'bitmap-equals-database': bitmapEqualsDatabase,
  'registry-equals-database': registryEqualsDatabase,
  'holds-expire': holdsExpire,
  'one-admission-a-ticket': oneAdmissionATicket,
  'tenants-are-apart': tenantsAreApart,
  'webhook-exactly-once': webhookExactlyOnce,
  'all-or-nothing': allOrNothing,
  'ledger-balances': ledgerBalances,
  idempotent,
  'bad-webhooks-refused': badWebhooksRefused,
  'event-state': eventState,
  'limits-hold': limitsHold,
  'unique-indexes-stand': uniqueIndexesStand,
  'mutual-exclusion': mutualExclusion,
  'each-change-is-heard-once': eachChangeIsHeardOnce,
  'no-news-of-what-did-not-happen': noNewsOfWhatDidNotHappen,
  'frames-are-small-and-private': framesAreSmallAndPrivate,
  'frames-stay-in-their-tenant': framesStayInTheirTenant,
  'reads-follow-writes': readsFollowWrites,
  'sold-out-is-true': soldOutIsTrue,
}
