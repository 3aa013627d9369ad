import type { Bench, Row } from '../frame/bench.js'
import { cores, startProgram } from '../frame/child.js'
import { alone, sideBySide } from '../frame/rounds.js'
import { withTarget } from '../peers/beside.js'
import { isCommand } from '../peers/command.js'

const k6 = process.env['K6_BIN'] ?? 'k6'

/** Journeys a second, and for how long: what k6 sends on one core without being late. */
const load = ['150', '8']
const linesRead = '10000000'

/** The answer of a program that measured, on the generator's core. */
async function answerOf(name: string, args: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const child = startProgram(name, cores.generator, args)
  try {
    return (await child.answer()) as Readonly<Record<string, number>>
  } finally {
    await child.stop()
  }
}

const figure = async (name: string, args: readonly string[], field: string): Promise<number> =>
  (await answerOf(name, args))[field] ?? NaN

/** Issue "The k6 engine", Speed: what it costs beside k6 alone, and beside the native engine on the same work. */
export const k6Engine: Bench = {
  name: 'k6-engine',
  about:
    'CPU a journey of GET, POST and GET by the k6 engine, beside k6 alone with the same script, and beside native',
  run: async ({ rounds }) => {
    if (!isCommand(k6)) {
      const note = 'not measured: there is no k6; name one with K6_BIN'
      const row = { unit: 'µs', ours: NaN, note, goal: { atMost: 1.3 } }
      return [{ id: 'k6-engine.plain', what: 'CPU a journey, with what reads it', ...row }]
    }
    return withTarget(async ({ url }) => {
      const cost = (way: string) => () => figure('k6-cost', [way, url, k6, ...load], 'cpu')
      const rows: Row[] = [
        {
          id: 'k6-engine.plain',
          what: 'CPU a journey, with what reads it',
          unit: 'µs',
          goal: { atMost: 1.3 },
          note: 'The peer is plain k6 with the same script and plan, its samples written to nowhere.',
          ...(await sideBySide(rounds, cost('k6'), { name: 'k6 run', measure: cost('plain') })),
        },
        {
          id: 'k6-engine.native',
          what: 'the same beside the native engine',
          unit: 'µs',
          note: 'Of native with its busy waiting for each instant.',
          ...(await sideBySide(rounds, cost('k6'), { name: 'native', measure: cost('native') })),
        },
      ]
      return rows
    })
  },
}

/** Issue "The k6 engine", Speed: the reader. */
export const k6Reader: Bench = {
  name: 'k6-reader',
  about: 'lines a second of k6’s stream, ten million of them, beside JSON.parse',
  run: async ({ rounds }) => {
    const read = (way: string, field: string) => () => figure('k6-reader', [way, linesRead], field)
    return [
      {
        id: 'k6-reader.lines',
        what: 'lines a second, with what a run keeps of them',
        unit: '/s',
        goal: { atLeast: 300_000 },
        ...(await alone(rounds, read('ours', 'perSecond'))),
      },
      {
        id: 'k6-reader.json',
        what: 'the same, beside JSON.parse of each line',
        unit: '/s',
        ...(await sideBySide(rounds, read('ours', 'perSecond'), {
          name: 'JSON.parse',
          measure: read('json', 'perSecond'),
        })),
      },
      {
        id: 'k6-reader.memory',
        what: 'memory held after ten million lines, of that after one million',
        note: 'What JavaScript holds with its buffers, after a forced collection.',
        unit: '×',
        goal: { atMost: 1.1 },
        ...(await alone(1, read('ours', 'memory'))),
      },
    ]
  },
}

/** Issue "The k6 engine", Speed: the compiler. */
export const k6Compile: Bench = {
  name: 'k6-compile',
  about: 'milliseconds to make the script of a scenario',
  run: async ({ rounds }) => {
    const slowest = async (): Promise<number> => Math.max(...Object.values(await answerOf('k6-compile', [])))
    return [
      {
        id: 'k6-compile.slowest',
        what: 'script of the slowest of the eight scenarios',
        unit: 'ms',
        goal: { atMost: 500 },
        note: 'The first one loads the compiler, and counts.',
        ...(await alone(rounds, slowest)),
      },
    ]
  },
}
