import { afterEach, expect, test } from 'vitest'
import { Conductor } from '../../../src/engine/k6/conductor.js'
import type { Word } from '../../../src/engine/k6/orders.js'

const heard: string[] = []
const gone: number[] = []
let conductor: Conductor
afterEach(() => conductor.close())

const open = async (): Promise<
  (path: string, body?: string) => Promise<{ status: number; text: string }>
> => {
  heard.length = 0
  gone.length = 0
  conductor = new Conductor(
    (vu, word) => heard.push(`${vu} ${word.type}`),
    (vu) => gone.push(vu),
  )
  const url = await conductor.listen()
  return async (path, body = '') => {
    const response = await fetch(`${url}/${path}`, { method: 'POST', body })
    return { status: response.status, text: await response.text() }
  }
}

const words = (...types: Word['type'][]): string => JSON.stringify(types.map((type) => ({ type })))

test('words that are sent again, since the answer to them was lost, count once, and none is missed', async () => {
  const ask = await open()
  await ask('words/3/0', words('ready'))
  await ask('words/3/0', words('ready'))
  await ask('words/3/1', words('progress', 'ended'))
  await ask('words/3/1', words('progress', 'ended'))
  expect(heard).toEqual(['3 ready', '3 progress', '3 ended'])
})

test('an order whose answer was lost is given again, and the next one only when it is asked for', async () => {
  const ask = await open()
  conductor.order(1, '"first"')
  conductor.order(1, '"second"')
  expect([(await ask('orders/1/0')).text, (await ask('orders/1/0')).text]).toEqual(['"first"', '"first"'])
  expect((await ask('orders/1/1')).text).toBe('"second"')
  const third = ask('orders/1/2')
  await new Promise((resolve) => setTimeout(resolve, 50))
  conductor.order(1, '"third"')
  expect((await third).text).toBe('"third"')
  expect(gone).toEqual([])
})

test('who does not know the address is told nothing', async () => {
  const ask = await open()
  expect((await ask('../guess/orders/1/0')).status).toBe(404)
  expect((await ask('orders/one/0')).status).toBe(404)
  expect((await ask('orders/1')).status).toBe(404)
})
