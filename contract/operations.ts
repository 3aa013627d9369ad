import type { HttpOperation, JsonObject, Operation } from 'vge-perf'
import { realtimeOperations } from './realtime-operations.js'
import { redisOperations } from './redis-operations.js'
import { seatShown } from './seat-shown.js'
import { webhook } from './webhook.js'
import { word } from './words.js'

const nobodysCheckout = '00000000-0000-0000-0000-000000000000'

const hasRows = (json: JsonObject): boolean =>
  Object.values(json).some((value) => Array.isArray(value) && value.length > 0)

/** Routes of buyers: `as` is the bearer token. Source: contract §4. */
const buying = {
  health: { kind: 'http', method: 'GET', path: '/health' },
  // No scrape path is named anywhere: contract §12, column D.
  metrics: { kind: 'http', method: 'GET', path: '/metrics' },
  login: {
    kind: 'http',
    method: 'POST',
    path: '/auth/user/password/sign_in',
    body: (args) => ({ email: args.email, password: args.password }),
  },
  whoami: {
    kind: 'http',
    method: 'GET',
    path: '/api/tickets',
    auth: 'as',
    query: () => ({ checkout_id: nobodysCheckout }),
  },
  reserve: {
    kind: 'http',
    method: 'POST',
    path: '/api/events/{event}/seats/{seat}/reserve',
    auth: 'as',
    body: () => ({ source: 'web' }),
  },
  release: {
    kind: 'http',
    method: 'POST',
    path: '/api/events/{event}/seats/{seat}/release',
    auth: 'as',
    body: () => ({}),
  },
  checkoutStart: {
    kind: 'http',
    method: 'POST',
    path: '/api/checkouts',
    auth: 'as',
    body: (args) => ({ held_seat_ids: args.seats }),
  },
  checkoutComplete: {
    kind: 'http',
    method: 'POST',
    path: '/api/checkouts/{checkout}/complete',
    auth: 'as',
    body: (args) => ({ payment_token: args.token }),
  },
  checkoutCancel: {
    kind: 'http',
    method: 'POST',
    path: '/api/checkouts/{checkout}/cancel',
    auth: 'as',
    body: () => ({ reason: 'user_cancelled' }),
  },
  tickets: {
    kind: 'http',
    method: 'GET',
    path: '/api/tickets',
    auth: 'as',
    query: (args) => ({ checkout_id: word(args.checkout) }),
    // Tickets are polled for until they are there (contract §4); an empty list is an answer too.
    answer: (status, json) => (status === 200 ? (hasRows(json) ? 'visible' : 'none') : String(status)),
  },
  availability: {
    kind: 'http',
    method: 'GET',
    path: '/api/events/{event}/availability',
    auth: 'as',
    query: (args): Readonly<Record<string, string>> => (args.bitmap === true ? { bitmap: 'true' } : {}),
  },
  seatShown,
} satisfies Record<string, HttpOperation>

/** Routes of scanners: `as` is the device's token. Source: contract §4, §5. */
const scanning = {
  scan: {
    kind: 'http',
    method: 'POST',
    path: '/api/scans',
    auth: 'as',
    body: (args, tools) => ({
      ticket_code: args.code,
      device_id: args.device,
      scanned_at: new Date(tools.now() * 1000).toISOString(),
      offline_batch: false,
    }),
    // C9: a repeated scan may come as 409; it is the same outcome.
    answer: (status, json) =>
      status === 200 && typeof json.status === 'string'
        ? json.status
        : status === 409
          ? 'denied'
          : String(status),
  },
  sync: {
    kind: 'http',
    method: 'POST',
    path: '/api/scans/sync',
    auth: 'as',
    body: (args) => ({
      batch_id: args.batch,
      device_id: args.device,
      batch_created_at: args.created,
      batch_size: Array.isArray(args.scans) ? args.scans.length : 0,
      scans: args.scans,
    }),
  },
  manifest: {
    kind: 'http',
    method: 'GET',
    path: '/api/scanning/events/{event}/manifest',
    auth: 'as',
  },
} satisfies Record<string, HttpOperation>

/** All that the platform can do, by the name that scenarios use. */
export const operations: Readonly<Record<string, Operation>> = {
  ...buying,
  webhook,
  ...scanning,
  ...realtimeOperations,
  ...redisOperations,
}
