import { createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { connectStores, prepareData } from '../../src/data/index.js'

let folder = ''
let url = ''
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const right =
      request.url === '/auth/user/password/sign_in' &&
      request.method === 'POST' &&
      body.includes('"password":"right"')
    response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' })
    response.end(right ? '{"data":{"session_token":"token-1"}}' : '{"error":"invalid_credentials"}')
  })
})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vge-perf-rows-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

const prepare = async (rows: string) => {
  const file = join(folder, 'rows.json')
  await writeFile(file, rows)
  const login = {
    url,
    headers: {},
    tools: { secrets: {}, figures: {}, now: () => 0, hmacSha256: () => '' },
  }
  return prepareData(
    { adapter: 'file', file },
    { contract, stores: {}, shape: { buyers: 2, seats: 0 }, seed: 's', login },
  )
}

test('buyers of a rows file are logged in and lose their password; those with a token stay as they are', async () => {
  const rows = {
    buyers: [
      { id: 'a', email: 'a@b.c', password: 'right' },
      { id: 'b', token: 'mine' },
    ],
  }
  const { dataset } = await prepare(JSON.stringify(rows))
  expect(dataset.buyers).toEqual([
    { id: 'a', email: 'a@b.c', token: 'token-1' },
    { id: 'b', token: 'mine' },
  ])
})

test('a rows file that is wrong says where', async () => {
  await expect(prepare('{"buyers": [')).rejects.toThrow(/rows\.json is not JSON/)
  await expect(prepare('{"buyers": [{"id": true}]}')).rejects.toThrow(
    /wrong at buyers\.0\.id: expected .*, found true/,
  )
  await expect(prepare('{"seats": []}')).rejects.toThrow(/has no "buyers", but the scenario wants 2/)
  await expect(prepare('{"buyers": [{"email": "a@b.c", "password": "wrong"}]}')).rejects.toThrow(
    /a@b\.c cannot log in .* answer 401/,
  )
})

test('stores that cannot be used say so without their password', async () => {
  await expect(connectStores({ postgres: 'nonsense' })).rejects.toMatchObject({
    exit: 2,
    message: 'The address of Postgres is not a URL.',
  })
  const dead = connectStores({ postgres: 'postgres://me:geheim@127.0.0.1:9/shop' })
  await expect(dead).rejects.toMatchObject({
    exit: 4,
    message: 'Cannot use Postgres at 127.0.0.1:9/shop (ECONNREFUSED).',
  })
  const gone = connectStores({ redis: 'redis://:geheim@127.0.0.1:9/0' })
  await expect(gone).rejects.toMatchObject({
    exit: 4,
    message: expect.stringMatching(/^Cannot use Redis at 127\.0\.0\.1:9\/0 \((?!.*geheim)/),
  })
})
