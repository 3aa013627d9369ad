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
  /** `server` and `via` together: who answered. */
  readonly answeredBy: string
  readonly location: string
  /** Values of its `set-cookie` headers. */
  readonly cookies: readonly string[]
}

const noCookies: readonly string[] = []

const lengthOf = (value: string, before: number | undefined): number => {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1
  if (length < 0 || (before !== undefined && before !== length))
    throw new ParseError(`a content-length of "${value.slice(0, 40)}"`)
  return length
}

/** Reads a status line and headers without their last empty line. Throws `ParseError`. Source: RFC 9112 §4, §5. */
export function readHead(text: string): Head {
  const lines = text.split('\r\n')
  const status = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(lines[0] ?? '')
  if (status === null) throw new ParseError(`it begins with "${(lines[0] ?? '').slice(0, 40)}"`)
  let chunked = false
  let length: number | undefined
  let keepAlive = status[1] === '1'
  let keepAliveFor: number | undefined
  let contentType = ''
  let answeredBy = ''
  let location = ''
  let cookies = noCookies
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const colon = line.indexOf(':')
    if (colon <= 0) throw new ParseError(`a header line "${line.slice(0, 40)}"`)
    const value = line.slice(colon + 1).trim()
    switch (line.slice(0, colon).toLowerCase()) {
      case 'content-length':
        length = lengthOf(value, length)
        break
      case 'transfer-encoding':
        chunked = /(^|,)\s*chunked$/i.test(value)
        if (!chunked) throw new ParseError(`the transfer-encoding "${value.slice(0, 40)}"`)
        break
      case 'connection':
        if (/(^|,)\s*close\s*(,|$)/i.test(value)) keepAlive = false
        else if (/keep-alive/i.test(value)) keepAlive = true
        break
      case 'keep-alive': {
        const seconds = /timeout=(\d+)/i.exec(value)?.[1]
        if (seconds !== undefined) keepAliveFor = Number(seconds)
        break
      }
      case 'content-type':
        contentType = value.toLowerCase()
        break
      case 'server':
      case 'via':
        answeredBy += `${value};`
        break
      case 'location':
        location = value
        break
      case 'set-cookie':
        cookies = [...cookies, value]
        break
    }
  }
  return {
    status: Number(status[2]),
    chunked,
    length,
    keepAlive,
    keepAliveFor,
    contentType,
    answeredBy,
    location,
    cookies,
  }
}
