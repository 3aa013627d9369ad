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

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const noCookies: readonly string[] = []

const lengthOf = (value: string, before: number | undefined): number => {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1
  if (length < 0 || (before !== undefined && before !== length))
    throw new ParseError(`a content-length of "${value.slice(0, 40)}"`)
  return length
}

type Reader = (head: Mutable<Head>, value: string) => void

/** Headers that matter, by their names in small letters. */
const readers: Readonly<Record<string, Reader>> = {
  'content-length': (head, value) => {
    head.length = lengthOf(value, head.length)
  },
  'transfer-encoding': (head, value) => {
    head.chunked = /(^|,)\s*chunked$/i.test(value)
    if (!head.chunked) throw new ParseError(`the transfer-encoding "${value.slice(0, 40)}"`)
  },
  connection: (head, value) => {
    if (/(^|,)\s*close\s*(,|$)/i.test(value)) head.keepAlive = false
    else if (/keep-alive/i.test(value)) head.keepAlive = true
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
const unfold = (text: string): string => text.replace(/\r\n[ \t]+/g, ' ')

const isFolded = (text: string): boolean => text.includes('\r\n ') || text.includes('\r\n\t')

/** Reads a status line and headers without their last empty line. Throws `ParseError`. Source: RFC 9112 §4, §5. */
export function readHead(received: string): Head {
  const text = isFolded(received) ? unfold(received) : received
  let at = text.indexOf('\r\n')
  if (at < 0) at = text.length
  const first = text.slice(0, at)
  const status = statusLine.exec(first)
  if (status === null) throw new ParseError(`it begins with "${first.slice(0, 40)}"`)
  const head: Mutable<Head> = {
    status: Number(status[2]),
    chunked: false,
    length: undefined,
    keepAlive: status[1] === '1',
    keepAliveFor: undefined,
    contentType: '',
    contentEncoding: '',
    answeredBy: '',
    location: '',
    cookies: noCookies,
  }
  while (at < text.length) {
    const begin = at + 2
    at = text.indexOf('\r\n', begin)
    if (at < 0) at = text.length
    readLine(head, text, begin, at)
  }
  // Whoever frames an answer twice may mean another one by it: not on this connection any more. Source: RFC 9112 §6.3.
  if (head.chunked && head.length !== undefined) head.keepAlive = false
  return head
}

const blank = (code: number): boolean => code === 32 || code === 9

function readLine(head: Mutable<Head>, text: string, begin: number, end: number): void {
  const colon = text.indexOf(':', begin)
  if (colon <= begin || colon >= end || blank(text.charCodeAt(colon - 1)))
    throw new ParseError(`a header line "${text.slice(begin, Math.min(end, begin + 40))}"`)
  if (!lengths.has(colon - begin)) return
  const name = text.slice(begin, colon).toLowerCase()
  if (Object.hasOwn(readers, name)) readers[name]?.(head, text.slice(colon + 1, end).trim())
}
