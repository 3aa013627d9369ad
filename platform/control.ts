import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, UsageError } from './errors.js'
import { describeFaults } from './faults/index.js'
import { clearFault, clearFaults, findFault, plantFault } from './faults/plant.js'
import type { App } from './kernel.js'

export interface Control {
  readonly port: number
  close(): Promise<void>
}

const mostBytes = 10_000

/**
 * The port on which faults are planted while the platform runs; never a part of what it is judged by.
 * GET /faults · PUT /faults/{name} with `{"value": "…"}` or nothing · DELETE /faults/{name} · DELETE /faults.
 */
export async function startControl(app: App, port: number): Promise<Control> {
  const server = createServer((request, response) => void answer(app, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const say = (status: number, body: unknown): void => {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(body))
  }
  try {
    const [, room, name, ...rest] = new URL(request.url ?? '/', 'http://control').pathname.split('/')
    if (room !== 'faults' || rest.length > 0)
      return say(404, { error: 'not_found', message: 'Only /faults and /faults/{name} are here.' })
    if (request.method === 'PUT' && name !== undefined)
      await plantFault(app, name, readValue(await readBody(request)))
    else if (request.method === 'DELETE' && name !== undefined) await clearFault(app, findFault(name).name)
    else if (request.method === 'DELETE') await clearFaults(app)
    else if (request.method !== 'GET' || name !== undefined)
      return say(405, { error: 'method_not_allowed', message: 'GET /faults, or PUT or DELETE one.' })
    say(200, {
      faults: describeFaults().map((fault) => ({
        ...fault,
        planted: app.faults.has(fault.name),
        value: app.faults.get(fault.name)?.value,
      })),
    })
  } catch (error) {
    say(error instanceof UsageError ? 400 : 500, { error: 'not_done', message: messageOf(error) })
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > mostBytes) throw new UsageError(`the body is longer than ${mostBytes} characters`)
  }
  return text
}

function readValue(text: string): string | undefined {
  if (text.trim() === '') return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new UsageError('the body is not JSON; expected {"value": "…"}, or nothing for the default')
  }
  const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : undefined
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
  throw new UsageError(`value must be a text, found ${JSON.stringify(value)}`)
}
