import { expect, test } from 'vitest'
import { encodeText } from '../../src/phoenix/frame.js'
import { readReply, type ChannelReply } from '../../src/phoenix/reply.js'
import { frameOf } from './fakes.js'

const read = (payload: string): ChannelReply =>
  readReply(frameOf(encodeText('4', '8', 't', 'phx_reply', payload)), 77)

test('the keys of a reply may come in any order', () => {
  for (const payload of ['{"status":"ok","response":{"a":1}}', '{"response":{"a":1},"status":"ok"}']) {
    expect(read(payload)).toEqual({
      status: 'ok',
      response: { a: 1 },
      text: payload,
      at: 77,
      size: payload.length + 26,
      reason: '',
    })
  }
})

test('a status inside the response is not the status', () => {
  const refused = { response: { status: 'ok', note: '"status":"ok"' }, status: 'error' }
  expect(read(JSON.stringify(refused)).status).toBe('error')
})

test('an error has the reason that the server gave, or the word error', () => {
  expect(read('{"status":"error","response":{"reason":"unmatched topic"}}').reason).toBe('unmatched topic')
  expect(read('{"status":"error","response":{"redirect":{"to":"/"}}}').reason).toBe('error')
  expect(read('{"status":"later","response":{"reason":"x"}}')).toMatchObject({
    status: 'error',
    reason: 'later',
  })
})

test.each([
  ['{"status":"ok"}', 'reply without response'],
  ['{"status":"ok","response":[]}', 'reply without response'],
  ['{"status":1,"response":{}}', 'reply without status'],
  ['{}', 'reply without status'],
  ['"ok"', 'payload is no JSON object'],
  ['{"status":"ok","response":{]}', 'payload is no JSON object'],
])('%s is malformed: %s', (payload, reason) => {
  expect(read(payload)).toMatchObject({ status: 'malformed', reason, text: payload })
})

test('a long reply says the same as a short one, whatever the order of its keys', () => {
  const rows = Array.from({ length: 1000 }, (_, n) => `{"status":"ok"} ${n}`)
  for (const reply of [
    { status: 'ok', response: { rows } },
    { response: { rows }, status: 'ok' },
    { status: 'error', response: { rows, reason: 'full' } },
    { response: { rows, status: 'ok' }, status: 'error' },
    { response: { rows }, note: {}, status: 'ok' },
  ]) {
    const { status, response } = read(JSON.stringify(reply))
    expect({ status, response }).toEqual({ status: reply.status, response: reply.response })
  }
})

test('a long reply without a response object is malformed', () => {
  const rows = 'x'.repeat(10_000)
  expect(read(JSON.stringify({ response: rows, status: 'ok' })).status).toBe('malformed')
})
