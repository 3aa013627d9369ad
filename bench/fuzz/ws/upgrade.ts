import fc from 'fast-check'
import { originOf } from '../../../src/engine/native/http/origin.js'
import { UpgradeError, UpgradeReader, writeUpgrade } from '../../../src/engine/native/ws/upgrade.js'
import { anyCuts, cut, type Cuts } from '../cut.js'
import { fuzz, shown, type Fuzz } from '../fuzz.js'
import { mutate, mutations } from '../mutate.js'

// Its key is drawn anew in each process; the fuzz takes it as it comes, for nothing depends on it.
const asked = writeUpgrade(originOf('http://127.0.0.1'), '/live', {
  'sec-websocket-protocol': 'phoenix, other',
})

/** `opened` with the place where the frames begin, `waiting`, or the reason of the failure. */
const answerTo = (bytes: Buffer, cuts: Cuts): string => {
  const reader = new UpgradeReader(asked)
  let before = 0
  try {
    for (const piece of cut(bytes, cuts)) {
      const at = reader.feed(piece)
      if (at !== undefined) return `opened ${before + at}`
      before += piece.length
    }
    return 'waiting'
  } catch (error) {
    return error instanceof UpgradeError ? error.failure.reason : `threw ${String(error)}`
  }
}

const needed = [
  'Upgrade: WebSocket',
  'connection: keep-alive, Upgrade',
  `Sec-WebSocket-Accept: ${asked.accept}`,
  'sec-websocket-protocol:phoenix',
]

const upgrade = fc.record({
  interims: fc.array(
    fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 X\r\nlink: </a>\r\n\r\n'),
    { maxLength: 2 },
  ),
  start: fc.constantFrom<string>('HTTP/1.1 101 Switching Protocols', 'HTTP/1.1 101', 'HTTP/1.1 101 '),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  more: fc.array(fc.constantFrom('server: x', 'date:', 'set-cookie: a=b'), { maxLength: 2 }),
  frames: fc.uint8Array({ maxLength: 8 }),
})

type Upgraded = typeof upgrade extends fc.Arbitrary<infer Value> ? Value : never

const headOf = ({ interims, start, order, more }: Upgraded): Buffer =>
  Buffer.from(
    `${interims.join('')}${[start, ...more, ...order.map((index) => needed[index] ?? '')].join('\r\n')}\r\n\r\n`,
    'latin1',
  )

const refusals = ['HTTP/1.1 403 No', 'HTTP/1.0 200 OK', 'HTTP/1.1 500'] as const
const tokens = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  ' ',
  ':',
  ',',
  '\0',
  '200',
  'HTTP/1.1 100 C\r\n\r\n',
  'upgrade: h2c\r\n',
  'x',
  '\u00A0',
]

export const upgradeFuzzes: readonly Fuzz[] = [
  fuzz(
    {
      name: 'ws.upgrade',
      about: 'An agreed upgrade opens where its head ends, a refused one has its status.',
      share: 30_000,
    },
    fc.record({ upgrade, cuts: anyCuts, refusal: fc.option(fc.constantFrom(...refusals)) }),
    ({ upgrade: one, cuts, refusal }) => {
      const head = headOf(refusal === null ? one : { ...one, start: refusal })
      const bytes = Buffer.concat([head, one.frames])
      const expected = refusal === null ? `opened ${head.length}` : `upgrade_${refusal.slice(9, 12)}`
      const found = answerTo(bytes, cuts)
      return found === expected ? undefined : `${found}, expected ${expected}; ${shown(bytes)}`
    },
  ),
  fuzz(
    {
      name: 'ws.mutated-upgrade',
      about:
        'A broken upgrade is told alike however it is cut, and never by another error than an UpgradeError.',
      share: 30_000,
    },
    fc.record({ upgrade, changes: mutations(tokens), cuts: anyCuts }),
    ({ upgrade: one, changes, cuts }) => {
      const bytes = mutate(headOf(one), changes)
      const [whole, parts] = [answerTo(bytes, []), answerTo(bytes, cuts)]
      return whole === parts && !whole.startsWith('threw')
        ? undefined
        : `whole: ${whole}; cut: ${parts}; ${shown(bytes)}`
    },
  ),
]
