import type { ChannelOperation, Operation, StepArguments, ViewOperation } from 'vge-perf'
import {
  inspectDiff,
  inspectFrame,
  tellsOfDiff,
  tellsOfScans,
  tellsOfSeats,
  tellsOfTickets,
} from './frames.js'
import { word } from './words.js'

const live = { kind: 'view', auth: 'as', socket: '/live' } as const

/** A dashboard shows one event: the one that is asked for, else the newest. */
const eventAsked = ({ event }: StepArguments): Readonly<Record<string, string>> =>
  event === undefined ? {} : { event: word(event) }

/**
 * Pages: `slug` is the organization's, `event` the event's own, `as` a bearer token; the event page is public. Source: contract §4,
 * phoenix-wire §3.
 */
const pages = {
  eventPage: {
    ...live,
    path: '/t/{slug}/events/{event}',
    landmark: 'id="seats"',
    tells: tellsOfDiff,
    inspect: inspectDiff,
  },
  // What somebody who has the page but not its session could send.
  forgedPage: {
    ...live,
    path: '/t/{slug}/events/{event}',
    landmark: 'id="seats"',
    forge: (token) => token.slice(1) + token.slice(0, 1),
  },
  // A buyer's own page: what is private elsewhere belongs here.
  checkoutPage: { ...live, path: '/t/{slug}/checkout', landmark: '<section id="checkout"' },
  dashboardPage: {
    ...live,
    path: '/t/{slug}/dashboard',
    query: eventAsked,
    landmark: 'id="dashboard"',
    tells: tellsOfDiff,
    inspect: inspectDiff,
  },
  // Scans have no versions, and the page no marker of the last one.
  gatePage: {
    ...live,
    path: '/t/{slug}/gate/{gate}',
    landmark: 'id="gate"',
    inspect: inspectDiff,
  },
} satisfies Record<string, ViewOperation>

const channel = {
  kind: 'channel',
  socket: '/socket',
  auth: 'as',
  params: (args: StepArguments) => ({ token: word(args.as) }),
  inspect: inspectFrame,
} as const

/** Topics of an event on the wire: `org` and `event` are ids, `as` a session's token. Source: contract §2, §7. */
const topics = {
  seatingTopic: { ...channel, topic: 'org:{org}:event:{event}:seating', tells: tellsOfSeats },
  ticketingTopic: { ...channel, topic: 'org:{org}:event:{event}:ticketing', tells: tellsOfTickets },
  scanningTopic: { ...channel, topic: 'org:{org}:event:{event}:scanning', tells: tellsOfScans },
} satisfies Record<string, ChannelOperation>

export const realtimeOperations: Readonly<Record<string, Operation>> = { ...pages, ...topics }
