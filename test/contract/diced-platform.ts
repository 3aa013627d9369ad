import contract from '../../contract/index.js'
import type {
  Answer,
  Channel,
  JsonObject,
  Page,
  Scenario,
  StepArguments,
  Steps,
  Vu,
} from '../../src/model/scenario.js'
import { bits } from '../../src/schedule/random.js'

/** What journeys did on a platform that answers by dice. */
export interface Seen {
  /** By `step outcome`. */
  readonly outcomes: Map<string, number>
  /** By kind. */
  readonly receipts: Map<string, number>
  /** Arguments that a request would have needed. */
  readonly missing: Set<string>
}

const count = (map: Map<string, number>, name: string): void => void map.set(name, (map.get(name) ?? 0) + 1)

const partsOf = (template: string): readonly string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, part]) => part ?? '')

const wantedBy = (operation: string | undefined): readonly string[] => {
  const bound = operation === undefined ? undefined : contract.operations[operation]
  if (bound === undefined) return []
  switch (bound.kind) {
    case 'http':
      return [...partsOf(bound.path), ...(bound.auth === undefined ? [] : [bound.auth])]
    case 'view':
      return partsOf(bound.path)
    case 'channel':
      return [...partsOf(bound.topic), 'as']
    case 'redis':
      return []
  }
}

const noPage = { find: () => ({ tag: 'p', attributes: {}, text: '1' }), html: () => '', leave: () => {} }

/** A platform for one journey: each declared outcome, the first one most often, and errors too. */
export function dicedVu(scenario: Scenario, n: number, seen: Seen): Vu<Steps> {
  let draw = 0
  const roll = async (name: string): Promise<Answer> => {
    draw += 1
    const words = [...new Set(Object.values(scenario.steps[name]?.answers ?? {})), 'error']
    const dice = bits('dice', n * 100 + draw, name) % 100
    const outcome = (dice < 70 ? words[0] : words[dice % words.length]) ?? 'error'
    count(seen.outcomes, `${name} ${outcome}`)
    const ids = { hold_id: `hold-${n}`, checkout_id: `checkout-${n}`, payment_reference: `ref-${n}` }
    const json: JsonObject = outcome === 'error' ? {} : { ...ids, total_cents: 100 }
    return { outcome, answer: outcome, json, at: 1 }
  }
  const ask = (name: string, args: StepArguments): Promise<Answer> => {
    for (const one of wantedBy(scenario.steps[name]?.operation)) {
      if (args[one] === undefined) seen.missing.add(`${name} ${one}`)
    }
    return roll(name)
  }
  const observe = (name: string, answer: string): void =>
    count(seen.outcomes, `${name} ${scenario.steps[name]?.answers[answer] ?? 'undeclared'}`)
  const hear = (name: string | undefined): void => {
    if (name !== undefined) observe(name, Object.keys(scenario.steps[name]?.answers ?? {})[0] ?? '')
  }
  const isOpen = (name: string, { outcome }: Answer, word: string): boolean =>
    outcome === scenario.steps[name]?.answers[word]
  const page: Page<Steps> = {
    ...noPage,
    click: roll,
    change: roll,
    submit: roll,
    push: roll,
    navigate: roll,
    expect: roll,
  }
  const channel: Channel<Steps> = { push: roll, leave: () => {} }
  const port = {
    liveview: async (name, args, { heard } = {}) => {
      const answer = await ask(name, args)
      if (!isOpen(name, answer, 'shown')) return { ...answer, page: undefined }
      hear(heard)
      return { ...answer, page }
    },
    socket: async (name, args, { heard } = {}) => {
      const answer = await ask(name, args)
      if (!isOpen(name, answer, 'joined')) return { ...answer, channel: undefined }
      hear(heard)
      return { ...answer, channel }
    },
    observe,
    began: 1,
    receipt: (kind) => count(seen.receipts, kind),
    think: async () => undefined,
  } satisfies Pick<Vu<Steps>, 'liveview' | 'socket' | 'observe' | 'began' | 'receipt' | 'think'>
  const steps = Object.keys(scenario.steps).map(
    (name) => [name, (args: StepArguments = {}) => ask(name, args)] as const,
  )
  return Object.assign(Object.fromEntries(steps), port)
}
