import type { ArmAccounting, Interval } from '../../../src/model/engine.js'
import { deedOf, type DeedName } from './deeds.js'
import type { Greeting, Ledger } from './server.js'

/** What a load sent and what was counted of it. */
export interface Books {
  readonly account: ArmAccounting
  readonly intervals: readonly Interval[]
  /** Requests by id. */
  readonly requests: ReadonlyMap<
    number,
    { readonly method: 'GET' | 'POST'; readonly deeds: readonly DeedName[] }
  >
  readonly greetings: readonly Greeting[]
  readonly ledger: Ledger
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const samplesOf = (intervals: readonly Interval[], whole: boolean): number =>
  sum(
    intervals
      .filter((one) => one.part === 'total' && (one.metric === 'whole') === whole)
      .map(({ values }) => values.length),
  )

/** The identities that hold whatever a server does. */
const identities = ({ account, intervals }: Books): string[] => {
  const { intended, started, notStarted, steps, outcomes, errors } = account
  const counted = sum(Object.values(outcomes).flatMap((counts) => Object.values(counts)))
  const ours = sum(
    errors.filter(({ class: of, step }) => of === 'generator' && step !== 'whole').map(({ count }) => count),
  )
  const said = JSON.stringify(steps)
  return [
    ...(intended === started + notStarted
      ? []
      : [`intended ${intended} is not started ${started} + not started ${notStarted}`]),
    ...(steps.begun === steps.answered + steps.timedOut + steps.failed
      ? []
      : [`begun is not the sum of its ends: ${said}`]),
    ...(steps.begun === counted ? [] : [`${counted} outcomes of ${steps.begun} steps`]),
    ...(steps.begun === started ? [] : [`${steps.begun} steps of ${started} journeys with one each`]),
    ...(samplesOf(intervals, false) === steps.begun - ours
      ? []
      : [`${samplesOf(intervals, false)} samples of ${steps.begun} steps, ${ours} of which failed here`]),
    ...(samplesOf(intervals, true) === started
      ? []
      : [`${samplesOf(intervals, true)} samples of ${started} journeys`]),
  ]
}

/** True when no request can have taken an answer that was not its own. */
export function isStraight({ requests, greetings }: Pick<Books, 'requests' | 'greetings'>): boolean {
  const stray = [...requests.values()].some((one) => one.deeds.some((deed) => deedOf(deed).stray === true))
  return !stray && !greetings.includes('answer')
}

/** What the server's own count has against ours. */
const weighed = (books: Books): string[] => {
  const { account, requests, ledger } = books
  const repeated = [...ledger.heads].flatMap(([id, times]) => {
    const most = requests.get(id)?.method === 'GET' ? 2 : 1
    return times <= most
      ? []
      : [`request ${id} (${requests.get(id)?.method ?? 'nobody’s'}) was sent ${times} times`]
  })
  const early = [...requests.values()].some((one) => one.deeds.some((deed) => deedOf(deed).early === true))
  const { answered } = account.steps
  if (early || !isStraight(books) || ledger.whole >= answered) return repeated
  return [...repeated, `${answered} answered, but the server saw only ${ledger.whole} whole requests`]
}

/** All that is wrong with the books; empty when they hold. */
export function auditBooks(books: Books): string[] {
  return [...identities(books), ...weighed(books)]
}
