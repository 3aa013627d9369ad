import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

class CookieJar {}

// Source: k6 documentation, "Error codes".
const codes = { ECONNREFUSED: 1212, ECONNRESET: 1220, EPIPE: 1201, ENOTFOUND: 1101, ETIMEDOUT: 1211 }

const canonical = (name) => name.replaceAll(/(^|-)[a-z]/g, (part) => part.toUpperCase())

const nothing = {
  duration: 0,
  blocked: 0,
  looking_up: 0,
  connecting: 0,
  tls_handshaking: 0,
  sending: 0,
  waiting: 0,
  receiving: 0,
}

const cookiesOf = (headers) => {
  const cookies = {}
  for (const header of headers['set-cookie'] ?? []) {
    const [pair = ''] = header.split(';')
    const cut = pair.indexOf('=')
    const name = pair.slice(0, cut)
    cookies[name] = [...(cookies[name] ?? []), { name, value: pair.slice(cut + 1), max_age: 0 }]
  }
  return cookies
}

export const httpModule = (emit) => ({
  CookieJar,
  asyncRequest: (method, url, body, { headers = {}, timeout = 60_000 } = {}) =>
    new Promise((resolve) => {
      const times = { begun: performance.now() }
      const failed = (code, error) => {
        emit('http_req_duration', 0)
        resolve({
          status: 0,
          body: null,
          headers: {},
          cookies: {},
          timings: nothing,
          error,
          error_code: code,
        })
      }
      const sized = body === null || body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      let asked
      try {
        asked = request(url, { method, agent, headers: { ...headers, ...sized } })
      } catch (error) {
        failed(1000, error.message)
        return
      }
      const milliseconds = typeof timeout === 'number' ? timeout : Number.parseFloat(timeout) * 1_000
      const timer = setTimeout(
        () => asked.destroy(Object.assign(new Error('request timeout'), { code: 'LATE' })),
        milliseconds,
      )
      asked.on('socket', (socket) => {
        times.socket = performance.now()
        if (socket.connecting) socket.once('connect', () => (times.connected = performance.now()))
      })
      asked.on('finish', () => (times.sent = performance.now()))
      asked.on('error', (error) => {
        clearTimeout(timer)
        failed(error.code === 'LATE' ? 1050 : (codes[error.code] ?? 1000), error.message)
      })
      asked.on('response', (response) => {
        times.first = performance.now()
        const chunks = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('error', (error) => {
          clearTimeout(timer)
          failed(codes[error.code] ?? 1000, error.message)
        })
        response.on('end', () => {
          clearTimeout(timer)
          const end = performance.now()
          const connecting = times.connected === undefined ? 0 : times.connected - times.socket
          const sent = Math.min(times.sent ?? times.first, times.first)
          const sending = Math.max(0, sent - (times.connected ?? times.socket))
          emit('http_req_duration', end - times.begun)
          resolve({
            status: response.statusCode,
            body: Buffer.concat(chunks).toString(),
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [canonical(name), String(value)]),
            ),
            cookies: cookiesOf(response.headers),
            timings: {
              ...nothing,
              connecting,
              sending,
              waiting: times.first - sent,
              receiving: end - times.first,
            },
            error: '',
            error_code: response.statusCode >= 400 ? 1_000 + response.statusCode : 0,
          })
        })
      })
      asked.end(body ?? undefined)
    }),
})
