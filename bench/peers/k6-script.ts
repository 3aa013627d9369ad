import { connections, type LoadName } from './loads.js'

const journeys: Readonly<Record<LoadName, string>> = {
  get: `
  if (http.get(URL + '/items/1').status === 200) good.add(1)`,
  journey: `
  const n = exec.scenario.iterationInTest
  const item = http.get(URL + '/items/' + n).json()
  if (item.status !== 'ready') return
  const amount = 1 + n % 4
  const body = { item: item.id, version: item.version, buyer: 'buyer-' + n, amount, total: amount * item.price }
  const placed = http.post(URL + '/orders', JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
  if (placed.status !== 201) return
  if (http.get(URL + '/orders/' + placed.json().id).json().status === 'ready') good.add(1)`,
}

/** A script for k6: so many journeys by as many users as there are connections. It prints how many were good, and the seconds. */
export function k6Script(url: string, load: LoadName, iterations: number): string {
  return `import http from 'k6/http'
import exec from 'k6/execution'
import { Counter } from 'k6/metrics'

const URL = ${JSON.stringify(url)}
const good = new Counter('good')

export const options = {
  // What nobody reads is not kept: the cheapest that it can do.
  discardResponseBodies: ${load === 'get'},
  scenarios: { all: { executor: 'shared-iterations', vus: ${connections}, iterations: ${iterations}, maxDuration: '5m' } },
}

export default function () {${journeys[load]}
}

export function handleSummary({ metrics, state }) {
  return { stdout: JSON.stringify({ good: metrics.good.values.count, seconds: state.testRunDurationMs / 1000 }) }
}
`
}
