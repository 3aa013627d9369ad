import { createServer, type RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { Contract } from '../../src/model/contract.js'
import { requestTools } from '../../src/binding/request-tools.js'
import { ArmProbes } from '../../src/probe/arm-probes.js'

const contract: Pick<Contract, 'operations' | 'metrics' | 'probes'> = {
  operations: { metrics: { kind: 'http', method: 'GET', path: '/stats' } },
  probes: {
    asked: { title: 'asked', unit: 'count', of: (change) => change.get('asked_total') },
    share: {
      title: 'share',
      unit: 'share',
      of: (change) => (change.get('hits_total') ?? NaN) / (change.get('asked_total') ?? NaN),
    },
  },
}
const tools = requestTools({ scrape: 's3' }, {})
const signal = new AbortController().signal

/** A server that is gone after the test; returns its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}

/** A node whose counters grow by `step` with each reading. */
async function node(step: number, hits = true) {
  const seen: (string | undefined)[] = []
  const url = await serve(({ url: path, headers }, response) => {
    seen.push(`${path} ${headers['x-key']?.toString() ?? ''}`)
    const lines = [`asked_total ${seen.length * step}`, ...(hits ? [`hits_total ${seen.length}`] : [])]
    response.end(`${lines.join('\n')}\n`)
  })
  return { url, seen }
}

test('every node is read before and after, and the contract makes the figures', async () => {
  const [one, two] = [await node(4), await node(6)]
  const probes = new ArmProbes(contract, [one.url, `${two.url}/`], { 'x-key': 'k' }, tools)
  await probes.begin(signal)
  expect([one.seen, two.seen]).toEqual([['/stats k'], ['/stats k']])
  expect(await probes.end(signal)).toEqual([
    { name: 'asked', value: 10 },
    { name: 'share', value: 0.2 },
  ])
  // The growth of one stretch is not that of the next.
  await probes.begin(signal)
  expect(await probes.end(signal)).toContainEqual({ name: 'asked', value: 10 })
  expect(probes.silent).toBeUndefined()
})

test('a probe without the metric that it needs has no figure, and not zero', async () => {
  const probes = new ArmProbes(contract, [(await node(4, false)).url], {}, tools)
  await probes.begin(signal)
  expect(await probes.end(signal)).toEqual([{ name: 'asked', value: 4 }])
})

test.each<[string, RequestListener, RegExp]>([
  ['no such route', (_, response) => response.writeHead(404).end('x'), /it answered 404$/],
  ['another page', (_, response) => response.end('<html>'), /line 1 is no sample: <html>$/],
  ['nothing', (_, response) => response.end('# EOF\n'), /without a single sample$/],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/' }).end(), /it answered 302$/],
  ['silence', () => undefined, /no answer within 2 s$/],
  ['a broken connection', (_, response) => response.socket?.destroy(), /GET \/stats of http:.*: \S/],
  [
    'more than anybody wants',
    (_, response) => {
      const line = `${'x'.repeat(1_000_000)} 1\n`
      const more = (): void => {
        while (!response.destroyed && response.write(line));
      }
      response.on('drain', more)
      more()
    },
    /more than 16 MB$/,
  ],
])('%s instead of metrics is said once, and not asked for again', async (_, answer, words) => {
  let asked = 0
  const url = await serve((request, response) => {
    asked += 1
    answer(request, response)
  })
  const probes = new ArmProbes(contract, [(await node(1)).url, url], {}, tools)
  await probes.begin(signal)
  expect(await probes.end(signal)).toEqual([])
  expect(probes.silent).toMatch(words)
  await probes.begin(signal)
  expect(await probes.end(signal)).toEqual([])
  expect(asked).toBe(1)
})

test('a node that went away during the load leaves no figures', async () => {
  let asked = 0
  const url = await serve((_, response) => {
    asked += 1
    if (asked > 1) response.socket?.destroy()
    else response.end('asked_total 3\n')
  })
  const probes = new ArmProbes(contract, [url], {}, tools)
  await probes.begin(signal)
  expect(await probes.end(signal)).toEqual([])
  expect(probes.silent).toMatch(/GET \/stats of/)
})

test('an interruption is not the target’s silence', async () => {
  const controller = new AbortController()
  const url = await serve(() => controller.abort())
  const probes = new ArmProbes(contract, [url], {}, tools)
  await probes.begin(controller.signal)
  expect(await probes.end(controller.signal)).toEqual([])
  expect(probes.silent).toBeUndefined()
})

test('a contract may name another operation, and say its query and headers', async () => {
  const { url, seen } = await node(4)
  const own: typeof contract = {
    ...contract,
    metrics: 'scrape',
    operations: {
      ...contract.operations,
      scrape: {
        kind: 'http',
        method: 'GET',
        path: '/internal',
        query: () => ({ format: 'text' }),
        headers: (_body, _args, { secrets }) => ({ 'x-key': secrets['scrape'] ?? '' }),
      },
    },
  }
  const probes = new ArmProbes(own, [url], { 'x-key': 'of everybody' }, tools)
  await probes.begin(signal)
  expect(await probes.end(signal)).toContainEqual({ name: 'asked', value: 4 })
  expect(seen).toEqual(['/internal?format=text s3', '/internal?format=text s3'])
})

test('a contract without probes, or without that operation, asks nothing', async () => {
  const { url, seen } = await node(1)
  for (const some of [
    { operations: contract.operations },
    { operations: {}, probes: contract.probes ?? {} },
  ]) {
    const probes = new ArmProbes(some, [url], {}, tools)
    await probes.begin(signal)
    expect(await probes.end(signal)).toEqual([])
    expect(probes.silent).toBeUndefined()
  }
  expect(seen).toEqual([])
})
