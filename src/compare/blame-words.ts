import type { AddedTime, Blame, LatencyBlame, MovedProbe, SecondsBlame } from '../model/blame.js'
import type { Part } from '../model/engine.js'
import { figure, plural, share } from './words.js'

/** Each part as what the time is spent with. */
const doing: Readonly<Record<Part, string>> = {
  total: 'the whole step',
  service: 'the step itself',
  lag: 'beginning later than intended',
  queue: 'waiting for a free connection',
  connect: 'opening a connection',
  tls: 'the handshake of TLS',
  send: 'writing the request',
  wait: 'waiting for the server',
  receive: 'reading the answer',
  page: 'waiting for the page',
  upgrade: 'opening the socket',
  join: 'joining',
  reply: 'waiting for the reply',
  effect: 'waiting until the page shows it',
  unattributed: 'not told apart',
}

/** Less of the added time is not worth a word. */
const worthTelling = 0.1
const probesTold = 2
const outcomesTold = 2
const secondsTold = 3

const percent = (of: number): string => `${Math.round(of * 100)} %`

/** What matters first: where the time went, which step, which seconds, which outcome, what moved with it. */
export function blameSentences(found: Omit<Blame, 'sentences'>): readonly string[] {
  const [worst] = found.latencies
  const told = found.latencies.find((one) => one.told === 'told') ?? worst
  return [
    ...(told === undefined ? [] : ofLatency(told)),
    ...ofSteps(found.steps),
    ...ofOutcomes(found),
    ...ofProbes(found.probes),
  ]
}

const nameOf = ({ metric, outcome }: LatencyBlame): string =>
  outcome === undefined ? metric : `${metric} (${outcome})`

function ofLatency(found: LatencyBlame): readonly string[] {
  const name = nameOf(found)
  if (found.told === 'too_few_units')
    return [
      `not told for ${name}: ${plural(found.units, 'unit')} of load with enough samples ${found.units === 1 ? 'is' : 'are'} too few to tell it from chance`,
    ]
  const seconds = found.seconds === undefined ? [] : [ofSeconds(found.seconds)]
  if (found.told === 'within_noise')
    return [`not told for ${name}: on average it is not surely slower than the control`, ...seconds]
  const blamed = found.parts.filter(({ sure, share: of }) => sure && of >= worthTelling)
  const all = `the ${figure(found.added, 'us')} that ${name} takes longer on average`
  const parts = blamed.map(({ of, share: part }) => `${percent(Math.min(1, part))} of it is ${doing[of]}`)
  return [
    parts.length === 0
      ? `${all}: no single part of them is surely longer`
      : `of ${all}, ${parts.join(', ').replaceAll(' of it is', ' is')}`,
    ...seconds,
  ]
}

function ofSeconds({ spread, seconds, slower, few }: SecondsBlame): string {
  if (spread === 'even') return `it is spread: slower in ${slower} of ${seconds} seconds of load`
  const all = few.reduce((sum, one) => sum + one.share, 0)
  const places = few.slice(0, secondsTold).map(({ unit, second, events }) => {
    const noted = events.length === 0 ? '' : ` (${events.join(', ')})`
    return `second ${second + 1} of unit ${unit}${noted}`
  })
  const rest = few.length - places.length
  return `${percent(Math.min(1, all))} of the added time lies in ${few.length} of ${seconds} seconds: ${places.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function ofSteps(steps: readonly AddedTime[]): readonly string[] {
  const [largest] = steps.filter(({ sure, share: of }) => sure && of >= worthTelling)
  if (largest === undefined) return []
  return [
    `of what a journey takes longer, ${percent(Math.min(1, largest.share))} is ${largest.of} (${figure(largest.added, 'us')} more)`,
  ]
}

function ofOutcomes({ outcomes }: Omit<Blame, 'sentences'>): readonly string[] {
  return outcomes
    .slice(0, outcomesTold)
    .map(
      ({ step, outcome, control, candidate }) =>
        `${step} ends as ${outcome} in ${share(candidate)} instead of ${share(control)}`,
    )
}

function ofProbes({ told, asked, moved }: Blame['probes']): readonly string[] {
  if (told === 'no_probes') return ['the targets said nothing of themselves that could explain it']
  if (told === 'one_start')
    return ['what moved with it is not told: one start does not show how much starts of a build differ']
  if (moved.length === 0)
    return [`none of ${plural(asked, 'figure')} of the targets themselves moved beyond its own noise`]
  return [`what moved with it: ${moved.slice(0, probesTold).map(probeWords).join('; ')}`]
}

/** `a Redis script went from 0.4 to 3.1 ms`: the unit of a title, behind its comma, goes behind the figures. */
export function probeWords({ title, unit, control, candidate }: MovedProbe): string {
  const [, what = title, of = ''] = /^(.*), (\S+)$/.exec(title) ?? []
  const word = (value: number): string =>
    unit === 'share' ? share(value) : String(Number(value.toPrecision(3)))
  return `${what} went from ${word(control)} to ${word(candidate)}${of === '' ? '' : ` ${of}`}`
}
