import { Socket } from 'node:net'
import { cpuOf } from '../frame/child.js'
import '../frame/until-parent-ends.js'
import { cpuSince, warmSeconds, type Figures, type Order } from '../peers/generator.js'
import { connections } from '../peers/loads.js'

// `bare ORDER`: the least that a request can cost over Node's sockets: a closed loop that writes one fixed request and waits for as
// many bytes as the first answer had. No schedule, no clock, no parser, no recording.

const { url, target, seconds } = JSON.parse(process.argv[2] ?? '') as Order
const { hostname, port, host } = new URL(url)
const request = `GET /items/1 HTTP/1.1\r\nhost: ${host}\r\n\r\n`
const buffer = Buffer.allocUnsafe(65_536)

let answers = 0
let answerSize = 0

const open = (): void => {
  let missing = 0
  const socket = new Socket({
    onread: {
      buffer,
      callback: (bytes: number) => {
        if (answerSize === 0) answerSize = bytes
        if (missing === 0) missing = answerSize
        missing -= bytes
        if (missing > 0) return true
        answers += 1
        socket.write(request, 'latin1')
        return true
      },
    },
  } as ConstructorParameters<typeof Socket>[0])
  socket.setNoDelay(true)
  socket.connect({ host: hostname, port: Number(port) }, () => socket.write(request, 'latin1'))
}

for (let index = 0; index < connections; index += 1) open()

setTimeout(() => {
  const [before, used, targetUsed, began] = [answers, cpuOf(process.pid), cpuSince(target), performance.now()]
  setTimeout(() => {
    const figures: Figures = {
      journeys: answers - before,
      cpu: cpuOf(process.pid) - used,
      seconds: (performance.now() - began) / 1_000,
      targetCpu: targetUsed(),
    }
    process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
  }, seconds * 1_000)
}, warmSeconds * 1_000)
