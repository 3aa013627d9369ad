import type { Fault } from '../kernel.js'
import { hook } from './seam.js'
import { positive, readValue } from './value.js'

export const socketLeak: Fault = {
  name: 'socket-leak',
  summary: 'Every socket that is opened takes KB kibibytes of memory that are not given back when it closes',
  example: 'socket-leak=64',
  value: { accepted: 'kibibytes, above 0 and at most 16384', usual: '64' },
  plant: async (app, value) => {
    const kibibytes = readValue(socketLeak, value, (word) => positive(word, 16_384))
    const leaked: Buffer[] = []
    // Filled, since memory that was never written to is not resident.
    const remove = hook(app.seams.socketOpened, () => {
      leaked.push(Buffer.alloc(Math.ceil(kibibytes * 1024), 1))
    })
    return async () => {
      remove()
      leaked.length = 0
    }
  },
}
