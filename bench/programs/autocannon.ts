import autocannon, { type Request, type Result } from 'autocannon'
import { cpuOf } from '../frame/child.js'
import '../frame/until-parent-ends.js'
import { cpuSince, warmSeconds, type Figures, type Order } from '../peers/generator.js'
import { connections, requestsOf, type LoadName } from '../peers/loads.js'

// `autocannon ORDER`: the peer as it is meant to be used: a closed loop at its maximum, one request at a time on a connection.

const { url, target, load, seconds } = JSON.parse(process.argv[2] ?? '') as Order

interface Journey {
  row?: number
  item?: { readonly id: string; readonly version: number; readonly price: number; readonly status: string }
  placed?: { readonly id: string; readonly status: string }
}

let rows = 0
let wrong = 0

const expect = (right: boolean): void => {
  if (!right) wrong += 1
}

const steps: Readonly<Record<LoadName, readonly Request[]>> = {
  get: [{ method: 'GET', path: '/items/1' }],
  journey: [
    {
      method: 'GET',
      setupRequest: (request, context: Journey) => {
        rows += 1
        context.row = rows
        return { ...request, path: `/items/${rows}` }
      },
      onResponse: (status, body, context: Journey) => {
        context.item = JSON.parse(body) as Journey['item']
        expect(status === 200 && context.item?.status === 'ready')
      },
    },
    {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': 'application/json' },
      setupRequest: (request, { item, row = NaN }: Journey) => {
        const amount = 1 + (row % 4)
        const total = amount * (item?.price ?? NaN)
        const body = { item: item?.id, version: item?.version, buyer: `buyer-${row}`, amount, total }
        return { ...request, body: JSON.stringify(body) }
      },
      onResponse: (status, body, context: Journey) => {
        context.placed = JSON.parse(body) as Journey['placed']
        expect(status === 201 && context.placed?.status === 'placed')
      },
    },
    {
      method: 'GET',
      setupRequest: (request, { placed }: Journey) => ({ ...request, path: `/orders/${placed?.id}` }),
      onResponse: (status, body) => {
        const { status: word } = JSON.parse(body) as { readonly status: string }
        expect(status === 200 && word === 'ready')
      },
    },
  ],
}

const run = (duration: number): Promise<Result> =>
  autocannon({
    url,
    connections,
    pipelining: 1,
    duration,
    requests: steps[load].map((step) => ({ ...step })),
  })

await run(warmSeconds)
const used = cpuOf(process.pid)
const targetUsed = cpuSince(target)
const result = await run(seconds)
const figures: Figures = {
  journeys: result.requests.total / requestsOf[load],
  cpu: cpuOf(process.pid) - used,
  seconds: result.duration,
  targetCpu: targetUsed(),
}
if (result.errors + result.timeouts + result.non2xx + wrong > 0)
  throw new Error(
    `autocannon had ${result.errors} errors, ${result.non2xx} other than 2xx, ${wrong} wrong answers`,
  )
process.stdout.write(`${JSON.stringify(figures)}\n`)
