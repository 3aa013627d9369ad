import type { Fault } from '../kernel.js'
import { pause } from './pause.js'
import { swap } from './seam.js'
import { positive, readValue } from './value.js'

export const slowMount: Fault = {
  name: 'slow-mount',
  summary: 'Live pages take MS milliseconds more to mount, in the dead render and again on the socket',
  example: 'slow-mount=300',
  value: { accepted: 'milliseconds, above 0 and at most 60000', usual: '300' },
  plant: async (app, value) => {
    const ms = readValue(slowMount, value, (word) => positive(word, 60_000))
    const undo = swap(app, 'beforeMount', () => pause(ms))
    return async () => undo()
  },
}
