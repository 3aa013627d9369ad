import { ParseError } from './parse-error.js'

/** What an engine needs of an answer's head. */
export interface Head {
  readonly status: number
  readonly chunked: boolean
  /** Undefined when the head names none. Bytes. */
  readonly length: number | undefined
  readonly keepAlive: boolean
  /** Seconds for which the peer keeps the idle connection, when it says. */
  readonly keepAliveFor: number | undefined
  readonly contentType: string
  /** How the body is encoded, `''` when it is not. */
  readonly contentEncoding: string
  /** `server` and `via` together: who answered. */
  readonly answeredBy: string
  readonly location: string
  /** Values of its `set-cookie` headers. */
  readonly cookies: readonly string[]
}

type Draft = { -readonly [K in keyof Head]: Head[K] } & {
  /** "close" wins wherever it stands. Source: RFC 9112 §9.3. */
  closes: boolean
}

const noCookies: readonly string[] = []

const lengthOf = (value: string, before: number | undefined): number => {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1
  if (length < 0 || (before !== undefined && before !== length))
    throw new ParseError(`a content-length of "${value.slice(0, 40)}"`)
  return length
}

type Reader = (head: Draft, value: string) => void

/** Headers that matter, by their names in small letters. */
const readers: Readonly<Record<string, Reader>> = {
  'content-length': (head, value) => {
    head.length = lengthOf(value, head.length)
  },
  // Another coding, or chunked twice, would leave a body that is still coded. Source: RFC 9112 §6.1.
  'transfer-encoding': (head, value) => {
    if (head.chunked || value.toLowerCase() !== 'chunked')
      throw new ParseError(`the transfer-encoding "${value.slice(0, 40)}"`)
    head.chunked = true
  },
  connection: (head, value) => {
    for (const token of value.toLowerCase().split(',')) {
      if (token.trim() === 'close') head.closes = true
      else if (token.trim() === 'keep-alive') head.keepAlive = true
    }
  },
  'keep-alive': (head, value) => {
    const seconds = /timeout=(\d+)/i.exec(value)?.[1]
    if (seconds !== undefined) head.keepAliveFor = Number(seconds)
  },
  'content-type': (head, value) => {
    head.contentType = value.toLowerCase()
  },
  'content-encoding': (head, value) => {
    head.contentEncoding = value.toLowerCase() === 'identity' ? '' : value.toLowerCase()
  },
  server: (head, value) => {
    head.answeredBy += `${value};`
  },
  via: (head, value) => {
    head.answeredBy += `${value};`
  },
  location: (head, value) => {
    head.location = value
  },
  'set-cookie': (head, value) => {
    head.cookies = [...head.cookies, value]
  },
}

// Most headers do not matter: that their names have another length is seen at once.
const lengths: ReadonlySet<number> = new Set(Object.keys(readers).map((name) => name.length))

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: |$)/

/** Lines that begin with a blank go on with the one before. Source: RFC 9112 §5.2. */
const unfold = (text: string): string => text.replace(/[ \t]*\r\n[ \t]+/g, ' ')

const isFolded = (text: string): boolean => text.includes('\r\n ') || text.includes('\r\n\t')

/** Where the line that begins at `begin` ends. Throws for a line break or a sign that hides one. Source: RFC 9112 §2.2. */
function lineEnd(text: string, begin: number): number {
  const end = text.indexOf('\r\n', begin)
  const until = end < 0 ? text.length : end
  const feed = text.indexOf('\n', begin)
  const carriage = text.indexOf('\r', begin)
  if ((feed >= 0 && feed < until) || (carriage >= 0 && carriage < until))
    throw new ParseError(`a bare line break in "${text.slice(begin, Math.min(until, begin + 40))}"`)
  return until
}

/** Reads a status line and headers without their last empty line. Throws `ParseError`. Source: RFC 9112 §4, §5. */
export function readHead(received: string): Head {
  if (received.includes('\0')) throw new ParseError('a NUL in its head')
  const text = isFolded(received) ? unfold(received) : received
  let at = lineEnd(text, 0)
  const first = text.slice(0, at)
  const status = statusLine.exec(first)
  if (status === null) throw new ParseError(`it begins with "${first.slice(0, 40)}"`)
  const head: Draft = {
    status: Number(status[2]),
    chunked: false,
    length: undefined,
    keepAlive: status[1] === '1',
    closes: false,
    keepAliveFor: undefined,
    contentType: '',
    contentEncoding: '',
    answeredBy: '',
    location: '',
    cookies: noCookies,
  }
  while (at < text.length) {
    const begin = at + 2
    at = lineEnd(text, begin)
    readLine(head, text, begin, at)
  }
  // Whoever frames an answer twice, or chunks in HTTP/1.0, may mean another one by it. Source: RFC 9112 §6.1, §6.3.
  if (head.closes || (head.chunked && (head.length !== undefined || status[1] === '0')))
    head.keepAlive = false
  return head
}

const blank = (code: number): boolean => code === 32 || code === 9

function readLine(head: Draft, text: string, begin: number, end: number): void {
  const colon = text.indexOf(':', begin)
  if (colon <= begin || colon >= end || blank(text.charCodeAt(colon - 1)))
    throw new ParseError(`a header line "${text.slice(begin, Math.min(end, begin + 40))}"`)
  if (!lengths.has(colon - begin)) return
  const name = text.slice(begin, colon).toLowerCase()
  if (Object.hasOwn(readers, name)) readers[name]?.(head, valueOf(text, colon + 1, end))
}

/** Without the blanks around it, which are spaces and tabs and nothing else. Source: RFC 9110 §5.6.3. */
function valueOf(text: string, begin: number, end: number): string {
  let from = begin
  let to = end
  while (from < to && blank(text.charCodeAt(from))) from += 1
  while (to > from && blank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}
