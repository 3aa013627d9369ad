import type { Bench, Row } from '../frame/bench.js'
import { cores, startProgram } from '../frame/child.js'
import { sideBySide } from '../frame/rounds.js'

const nanosOf = (way: string) => async (): Promise<number> => {
  const child = startProgram('record', cores.generator, [way])
  try {
    const { nanos } = (await child.answer()) as { readonly nanos: number }
    return nanos
  } finally {
    await child.stop()
  }
}

const rows: readonly (Pick<Row, 'id' | 'what' | 'note' | 'goal'> & {
  readonly ways: readonly [string, string]
})[] = [
  {
    id: 'record.hdr-histogram-js',
    what: 'recording a request of nine parts, three of them zero',
    ways: ['ours', 'hdr-js'],
    goal: { atMost: 1 / 3 },
    note: 'Ours with its keys, its slowest requests and a histogram of each part and second; theirs is `recordValue` alone.',
  },
  { id: 'record.hdr-wasm', what: 'the same beside its WebAssembly', ways: ['ours', 'hdr-wasm'] },
  { id: 'record.alone', what: 'the same without making histograms', ways: ['ours-alone', 'hdr-js'] },
]

/** Issue "Cost", row 7. */
export const recordCost: Bench = {
  name: 'record-cost',
  about: 'nanoseconds to record one request with its parts, beside hdr-histogram-js',
  run: async ({ rounds }) => {
    const measured: Row[] = []
    for (const { ways, ...row } of rows) {
      const [own, theirs] = ways
      const figures = await sideBySide(rounds, nanosOf(own), { name: theirs, measure: nanosOf(theirs) })
      measured.push({ ...row, unit: 'ns', ...figures })
    }
    return measured
  },
}
