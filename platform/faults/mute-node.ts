import type { Fault } from '../kernel.js'
import { startLoop } from './loop.js'
import { hook, swap } from './seam.js'
import { readValue } from './value.js'

/** How often a node looks whether it is the only one, milliseconds. */
const lookMs = 500

const nth = (word: string): number | undefined => (/^[1-9]\d{0,3}$/.test(word) ? Number(word) : undefined)

export const muteNode: Fault = {
  name: 'mute-node',
  summary:
    'Node N tells the others nothing of what happens, and its own clients nothing either; where there is one node only, that one',
  example: 'mute-node=2',
  value: { accepted: 'the number of a node, such as 2', usual: '1' },
  plant: async (app, value) => {
    const number = readValue(muteNode, value, nth)
    // Nodes are called n1, n2, … in the order in which their addresses are given.
    const named = /(\d+)$/.exec(app.node)?.[1] === String(number)
    let muted = named
    const look = async (): Promise<void> => {
      const [row] = await app.pg.query<{ n: number }>('SELECT count(*) AS n FROM nodes')
      muted = named || row?.n === 1
    }
    await look()
    const stop = startLoop('mute-node', lookMs, look)
    const open = swap(app, 'outgoing', (event) => (muted ? undefined : event))
    const remove = hook(app.seams.broadcasts, (event, next) => {
      if (!muted) next(event)
    })
    return async () => {
      await stop()
      remove()
      open()
    }
  },
}
