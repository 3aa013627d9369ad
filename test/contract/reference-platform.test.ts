import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../contract/index.js'
import { fill } from '../../src/binding/contract.js'
import { connectStores, type OpenStores, type Prepared } from '../../src/data/index.js'
import type { ChannelOperation, HttpOperation, ViewOperation } from '../../src/model/contract.js'
import type { Entity, JsonObject, StepArguments } from '../../src/model/scenario.js'
import { getPage, LiveClient, type DeadPage } from '../platform/live-client.js'
import { Bare } from '../platform/realtime-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from '../platform/stores.js'
import { prepareSql } from '../data/prepare-sql.js'

let platform: TestPlatform
let node: TestNode
let stores: OpenStores
let prepared: Prepared
beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node()
  stores = await connectStores(platform.urls)
  const { sql, redis } = stores
  if (sql === undefined || redis === undefined) throw new Error('both stores were named')
  const shape = { events: 1, seats: 60, buyers: 2, organisers: 2, gates: 1 }
  prepared = await prepareSql({ stores: { ...stores, sql, redis } }, shape)
})
afterAll(async () => {
  await stores.close()
  await platform.stop()
})

const one = (kind: string, index = 0): Entity => {
  const found = prepared.dataset[kind]?.[index]
  if (found === undefined) throw new Error(`no ${kind} ${index}`)
  return found
}
const view = (name: string): ViewOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'view') throw new Error(`${name} is no page`)
  return operation
}
const channel = (name: string): ChannelOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'channel') throw new Error(`${name} is no topic`)
  return operation
}
const route = (name: string): HttpOperation => {
  const operation = contract.operations[name]
  if (operation?.kind !== 'http') throw new Error(`${name} is no route`)
  return operation
}

const token = (kind: string, index = 0) => String(one(kind, index).token)
const open = (name: string, given: StepArguments, as: string): Promise<DeadPage> => {
  const { path, query } = view(name)
  const search = new URLSearchParams(query?.(given) ?? {}).toString()
  return getPage(node.url, `${fill(path, given)}?${search}`, { token: as })
}

const send = async (name: string, given: StepArguments): Promise<string> => {
  const { method, path, query, answer } = route(name)
  const search = new URLSearchParams(query?.(given) ?? {}).toString()
  const response = await fetch(`${node.url}${fill(path, given)}?${search}`, {
    method,
    headers: { authorization: `Bearer ${token('buyers')}`, 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: '{}' } : {}),
  })
  const json = (await response.json()) as JsonObject
  return answer?.(response.status, json, given) ?? String(response.status)
}

const args = () => {
  const { org_slug: slug, slug: event } = one('events')
  return { slug, event, gate: one('gates').id }
}

test('each page shows its own landmark and no other’s', async () => {
  const staff = token('organisers')
  const names = ['eventPage', 'checkoutPage', 'dashboardPage', 'gatePage']
  for (const name of names) {
    const { status, html } = await open(name, args(), staff)
    const found = names.filter((other) => html.includes(view(other).landmark ?? 'none'))
    expect({ name, status, found }).toEqual({ name, status: 200, found: [name] })
  }
})

/** A topic joined by hand. */
const listen = async (name: string, given: StepArguments): Promise<Bare> => {
  const { socket, params, topic } = channel(name)
  const query = new URLSearchParams({ ...params?.(given), vsn: '2.0.0' }).toString()
  const bare = await Bare.open(`${node.url.replace('http', 'ws')}${socket}/websocket?${query}`)
  if (typeof bare === 'number') throw new Error(`the socket was refused with ${bare}`)
  bare.send('1', '1', fill(topic, given), 'phx_join', {})
  await bare.reply('1')
  return bare
}

const look = async (name: string, as: string): Promise<LiveClient> => {
  const client = await LiveClient.connect(await open(name, args(), as))
  expect((await client.join()).status).toBe('ok')
  return client
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

/** The payload of the first frame of an event, and the bytes of the whole frame. */
const frameOf = async (bare: Bare, wanted: string): Promise<{ payload: JsonObject; size: number }> => {
  const frame = await bare.frame(([, , , event]) => event === wanted)
  const payload = frame[4]
  return { payload: isObject(payload) ? payload : {}, size: Buffer.byteLength(JSON.stringify(frame)) }
}

test('a change is told by bitmap, topic, seat map and dashboard, as the contract reads them', async () => {
  const seat = one('seats', 57)
  const request = { ...seat, seat: seat.id, as: token('buyers') }
  const { tells, inspect } = channel('seatingTopic')
  const bare = await listen('seatingTopic', request)
  const pages = {
    eventPage: await look('eventPage', token('buyers', 1)),
    dashboardPage: await look('dashboardPage', token('organisers')),
  }
  expect(await send('seatShown', request)).toBe('free')
  const before = Date.now() - 5
  expect(await send('reserve', request)).toBe('201')
  expect(await send('seatShown', request)).toBe('taken')

  const { payload, size } = await frameOf(bare, 'seat_held')
  const told = tells?.('seat_held', payload)
  expect(told).toMatchObject({ subject: seat.id, version: Number(seat.version) + 1 })
  expect(inspect?.('seat_held', payload, size)).toBeUndefined()
  const at = told?.committedAt ?? 0
  expect(at).toBeGreaterThan(before)
  expect(at).toBeLessThan(Date.now() + 5)

  for (const [name, client] of Object.entries(pages)) {
    const { text } = await client.until(({ event }) => event === 'diff')
    expect({ name, at: view(name).tells?.(text) }).toEqual({ name, at })
    expect(view(name).inspect?.(text, text.length)).toBeUndefined()
  }
  expect(await send('release', request)).toBe('200')
  expect(await send('seatShown', request)).toBe('free')
  const released = await frameOf(bare, 'seat_released')
  expect(tells?.('seat_released', released.payload)?.version).toBe(Number(seat.version) + 2)
  bare.ws.close()
  await Promise.all([bare.closed(), ...Object.values(pages).map((client) => client.close())])
})
