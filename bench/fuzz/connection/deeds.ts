import type { Socket } from 'node:net'

/** What a server does with one request. `id` is the request's own, which a right answer says again. */
export interface Deed {
  readonly act: (socket: Socket, id: number) => void
  /** A right answer is sent, once the request is there whole. */
  readonly answers?: true
  /** Nothing can hinder that the answer arrives. */
  readonly clean?: true
  /** The client has to run into its time-out. */
  readonly waits?: true
  /** An answer is sent that another request may take for its own. */
  readonly stray?: true
  /** At the head of the request, before the rest is there. */
  readonly early?: true
}

const json = (id: number): string => JSON.stringify({ data: { id } })

const head = (...lines: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: application/json', ...lines, '', ''].join('\r\n')

/** A right answer, with further header lines. */
export const rightAnswer = (id: number, ...lines: readonly string[]): string =>
  `${head(`content-length: ${json(id).length}`, ...lines)}${json(id)}`

const half = (id: number): string => rightAnswer(id).slice(0, -5)

/** Writes pieces with `pause` milliseconds between them, each in a packet of its own. */
const drip = (socket: Socket, pieces: readonly string[], pause: number): void => {
  const [first, ...rest] = pieces
  if (first === undefined || socket.destroyed) return
  socket.write(first, 'latin1')
  if (pause === 0) setImmediate(() => drip(socket, rest, 0))
  else setTimeout(() => drip(socket, rest, pause), pause)
}

const chunks = (id: number): string[] => [
  head('transfer-encoding: chunked'),
  ...json(id)
    .split('')
    .map((sign) => `1;x\r\n${sign}\r\n`),
  '0\r\nx-sum: 1\r\n\r\n',
]

const later = (work: () => void): void => void setTimeout(work, 2)

/** Ends a connection by RST; not one that has its FIN, for Node would never close it then. */
export const reset = (socket: Socket): void => {
  if (socket.writable) socket.resetAndDestroy()
}

/** All that a server may do, by name. */
export const deeds = {
  whole: { clean: true, answers: true, act: (socket, id) => void socket.write(rightAnswer(id)) },
  chunked: { clean: true, answers: true, act: (socket, id) => drip(socket, chunks(id), 0) },
  bytes: { clean: true, answers: true, act: (socket, id) => drip(socket, rightAnswer(id).split(''), 0) },
  interim: {
    clean: true,
    answers: true,
    act: (socket, id) => drip(socket, ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', rightAnswer(id)], 0),
  },
  no_content: {
    clean: true,
    answers: true,
    act: (socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
  },
  until_close: { clean: true, answers: true, act: (socket, id) => void socket.end(head() + json(id)) },
  says_close: {
    clean: true,
    answers: true,
    act: (socket, id) => void socket.end(rightAnswer(id, 'connection: close')),
  },
  kept_short: {
    clean: true,
    answers: true,
    act: (socket, id) => void socket.write(rightAnswer(id, 'keep-alive: timeout=1')),
  },
  fin_with_answer: { answers: true, act: (socket, id) => void socket.end(rightAnswer(id)) },
  fin_later: {
    answers: true,
    act: (socket, id) => {
      socket.write(rightAnswer(id))
      later(() => socket.end())
    },
  },
  reset_behind: {
    answers: true,
    act: (socket, id) => void socket.write(rightAnswer(id), () => reset(socket)),
  },
  reset_later: {
    answers: true,
    act: (socket, id) => {
      socket.write(rightAnswer(id))
      later(() => reset(socket))
    },
  },
  end: { act: (socket) => void socket.end() },
  reset: { act: reset },
  end_within: { act: (socket, id) => void socket.end(half(id)) },
  reset_within: { act: (socket, id) => void socket.write(half(id), () => reset(socket)) },
  silence: { waits: true, act: () => {} },
  slow_loris: { waits: true, act: (socket, id) => drip(socket, half(id).split(''), 2) },
  noise: { act: (socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n') },
  long_head: { act: (socket) => void socket.write(head(`x: ${'y'.repeat(150_000)}`)) },
  two_lengths: { act: (socket) => void socket.write(`${head('content-length: 2', 'content-length: 3')}{}`) },
  twice: { answers: true, act: (socket, id) => void socket.write(rightAnswer(id) + rightAnswer(id)) },
  twice_later: {
    answers: true,
    stray: true,
    act: (socket, id) => {
      socket.write(rightAnswer(id))
      later(() => socket.write(rightAnswer(-2)))
    },
  },
  early: { answers: true, early: true, act: (socket, id) => void socket.write(rightAnswer(id)) },
  early_end: { early: true, answers: true, act: (socket, id) => void socket.end(rightAnswer(id)) },
} as const satisfies Readonly<Record<string, Deed>>

export type DeedName = keyof typeof deeds

export const deedNames = Object.keys(deeds) as readonly DeedName[]

export const deedOf = (name: DeedName): Deed => deeds[name]
