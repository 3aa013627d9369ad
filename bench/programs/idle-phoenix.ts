import { Socket } from 'phoenix'
import { WebSocket } from 'ws'
import { settledMemory, useRoomOfYoung } from '../frame/settled-memory.js'
import '../frame/until-parent-ends.js'

// Joins COUNT channels at URL, each on a socket of its own, with the npm client of Phoenix over ws, and prints the memory before and after.

const [url = '', countText = ''] = process.argv.slice(2)
const count = Number(countText)
const warm = 500
const atOnce = 100

const join = (n: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = new Socket(`${url.replace('http', 'ws')}/socket`, {
      transport: WebSocket,
      params: { token: `token-${n}` },
    })
    socket.connect()
    socket
      .channel(`room:${n}`, { n })
      .join()
      .receive('ok', () => resolve(socket))
      .receive('error', () => reject(new Error(`channel ${n} was refused`)))
      .receive('timeout', () => reject(new Error(`channel ${n} was not answered`)))
  })

const joinAll = async (wanted: number): Promise<Socket[]> => {
  const sockets: Socket[] = []
  while (sockets.length < wanted) {
    const next = Array.from(
      { length: Math.min(atOnce, wanted - sockets.length) },
      (_, n) => sockets.length + n,
    )
    sockets.push(...(await Promise.all(next.map(join))))
  }
  return sockets
}

for (const socket of await joinAll(warm)) socket.disconnect()
const before = await settledMemory(useRoomOfYoung)
await joinAll(count)
const after = await settledMemory(useRoomOfYoung)
process.stdout.write(`${JSON.stringify({ before, after })}\n`)
