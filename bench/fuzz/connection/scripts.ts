import fc from 'fast-check'
import { slowFuzz, type Fuzz } from '../fuzz.js'
import { auditBooks, isStraight, type Books } from './books.js'
import { deedNames, deedOf, type DeedName } from './deeds.js'
import { serve, type Greeting } from './server.js'
import { play, type Ask, type End } from './unit.js'

interface Part extends Omit<Ask, 'id'> {
  readonly deeds: readonly DeedName[]
}

interface Script {
  readonly cap: number
  readonly greetings: readonly Greeting[]
  readonly parts: readonly Part[]
}

// Waiting for a time-out takes long: a few of them are enough.
const anyDeed = fc.constantFrom(...deedNames, ...deedNames.filter((name) => deedOf(name).waits !== true))
const cleanDeed = fc.constantFrom(...deedNames.filter((name) => deedOf(name).clean === true))

const part = (deed: fc.Arbitrary<DeedName>): fc.Arbitrary<Part> =>
  fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    fill: fc.constantFrom(0, 0, 0, 100, 400_000),
    after: fc.constantFrom(0, 0, 0, 1, 3, 6),
    deeds: fc.array(deed, { minLength: 1, maxLength: 2 }),
  })

const greeting = fc.constantFrom<Greeting>('serve', 'serve', 'serve', 'end', 'reset', 'noise', 'answer')

const script: fc.Arbitrary<Script> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      cap: fc.integer({ min: 1, max: 3 }),
      greetings: fc.array(greeting, { maxLength: 3 }),
      parts: fc.array(part(anyDeed), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      cap: fc.integer({ min: 1, max: 3 }),
      greetings: fc.constant([]),
      parts: fc.array(part(cleanDeed), { minLength: 1, maxLength: 8 }),
    }),
  },
)

const wasAnswered = ({ answer }: End): boolean => answer === '200' || answer === '204'

/** Ends that their request cannot have had. */
const impossible = (books: Books, ends: readonly End[]): string[] => {
  if (!isStraight(books)) return []
  return ends.filter(wasAnswered).flatMap(({ id, answer, said }) => {
    const able = books.requests.get(id)?.deeds.some((deed) => deedOf(deed).answers === true) ?? false
    if (!able) return [`request ${id} was answered, though nobody answered it`]
    return answer === '204' || said === id ? [] : [`request ${id} took the answer of ${String(said)}`]
  })
}

const problemsOf = async ({ cap, greetings, parts }: Script): Promise<string[]> => {
  const all = parts.flatMap(({ deeds }) => deeds.map(deedOf))
  const clean = greetings.length === 0 && all.every((deed) => deed.clean === true)
  const waits = all.some((deed) => deed.waits === true)
  const server = await serve({ greetings, deeds: (id) => parts[id]?.deeds ?? [] })
  try {
    const asks = parts.map((one, id) => ({ ...one, id }))
    const { account, intervals, ends, hung } = await play(server.url, asks, cap, waits ? 40 : 10_000)
    const books: Books = {
      account,
      intervals,
      requests: new Map(parts.entries()),
      greetings,
      ledger: server.ledger,
    }
    const deserted = await server.deserted(2_000)
    const { answered, begun } = account.steps
    return [
      ...(hung ? [`of ${parts.length} journeys only ${ends.length} ended`] : []),
      ...auditBooks(books),
      ...impossible(books, ends),
      ...(clean && answered !== begun
        ? [`only ${answered} of ${begun} were answered by a server without a flaw`]
        : []),
      ...(deserted ? [] : [`${server.ledger.open} connections stayed open`]),
    ]
  } finally {
    await server.close()
  }
}

/** Nobody listens there: its server has just gone. */
const refusedProblems = async ({ cap, parts }: Script): Promise<string[]> => {
  const server = await serve({ greetings: [], deeds: () => [] })
  await server.close()
  const asks = parts.map((one, id) => ({ ...one, id }))
  const { account, intervals, hung } = await play(server.url, asks, cap, 10_000)
  const books: Books = {
    account,
    intervals,
    requests: new Map(parts.entries()),
    greetings: [],
    ledger: server.ledger,
  }
  const reasons = account.errors.map((error) => `${error.class} ${error.reason} ${error.count}`).join(', ')
  const told = account.errors.every((error) => error.class === 'target' && error.reason === 'refused')
  return [
    ...(hung ? ['some journeys did not end'] : []),
    ...auditBooks(books),
    ...(told && account.steps.failed === parts.length
      ? []
      : [`nobody listened, but that was told as ${reasons}`]),
  ]
}

const inOne = (problems: readonly string[]): string | undefined =>
  problems.length === 0 ? undefined : problems.join('; ')

export const scriptFuzzes: readonly Fuzz[] = [
  slowFuzz(
    {
      name: 'connection.scripts',
      about:
        'Whatever a server does, the books hold, nothing is sent twice that may not be, and nothing stays open.',
      share: 8_000,
      batch: 500,
    },
    script,
    async (one) => inOne(await problemsOf(one)),
  ),
  slowFuzz(
    {
      name: 'connection.refused',
      about: 'Where nobody listens, each request is refused, once.',
      share: 500,
      batch: 500,
    },
    script,
    async (one) => inOne(await refusedProblems(one)),
  ),
]
