import { createServer, type ServerResponse } from 'node:http'
import '../frame/until-parent-ends.js'

// A small target that answers as it is asked to. Prints `{ "port": … }`. See `Path` in bench/health/fault.ts.

const later = (response: ServerResponse, delay: number): void =>
  void setTimeout(() => response.end('{}'), delay)

let asked = 0

const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/fast': (response) => response.end('{}'),
  '/work': (response) => later(response, 10),
  '/slow': (response) => later(response, 200),
  '/stall': (response) => later(response, Math.max(0, 300 - (performance.now() % 600))),
  '/hang': (response) => {
    asked += 1
    if (asked % 3 !== 0) response.end('{}')
  },
  '/refuse': (response) => {
    response.statusCode = 503
    response.end('{}')
  },
}

const server = createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json')
  const answer = answers[request.url ?? '']
  if (answer !== undefined) return answer(response)
  response.statusCode = 404
  response.end('{}')
})

server.listen(0, '127.0.0.1', 1_024, () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`)
})
