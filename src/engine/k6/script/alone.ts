import exec from 'k6/execution'
import { laidFiles, type LaidLoad } from '../../../model/plan.js'
import { monotonic } from '../../journey/clock.js'
import { datasetOf, secretsOf, tableOf } from '../../journey/inputs.js'
import { Performer } from '../../journey/performer.js'
import { patienceOf, timetable } from '../../journey/timetable.js'
import { variables, type Contents, type PrepareVu, type Word } from '../orders.js'
import { K6Carrier, type Script } from './carrier.js'
import { Stream } from './stream.js'

// From the beginning of a VU until the first phase, so that all VUs are there. Milliseconds.
const lead = 2_000
// Programs that begin within a moment of each other come to the same instant of such a grid, nearly always; those that did not are found out.
const grid = 30_000
// Milliseconds. k6 runs no longer, and timers of hundreds of years ring at once.
const day = 86_400_000
// Words on how it goes: of four that a VU has, one is enough.
const everyWord = 4

/** A laid load, read while the script loads. */
export interface Laid {
  readonly load: LaidLoad
  readonly contents: readonly Contents[]
}

const parse = (path: string): unknown => JSON.parse(open(path))

/** Reads a laid load. Only while the script loads. Throws an error for a file that is none of a plan, and for a load of another script. */
export function readLaid(folder: string, { made }: Script): Laid {
  const load = parse(`${folder}/${laidFiles.load}`) as LaidLoad
  if (load.script !== made)
    throw new Error(
      `This script (${made}) is not the one that the load was laid out for (${load.script}): compile both from one version.`,
    )
  const rows = datasetOf(parse(`${folder}/${laidFiles.rows}`), laidFiles.rows)
  const secrets = secretsOf(parse(`${folder}/${laidFiles.secrets}`), laidFiles.secrets)
  const contents = load.plans.map(({ arrivalsFile, arms }) => ({
    arrivals: tableOf(parse(`${folder}/${arrivalsFile}`), arrivalsFile),
    rows: arms.map(() => rows),
    secrets,
  }))
  return { load, contents }
}

/** When the load begins, microseconds since 1970: the same for all VUs, also of programs on other machines. */
function startOf(workers: number): number {
  const given = __ENV[variables.start]
  if (given !== undefined) {
    const start = Number(given)
    if (!(start >= Date.now() && start < Date.now() + day))
      throw new Error(
        `${variables.start} is "${given}", and it is ${Date.now()} now: it must be an instant to come, within a day, in milliseconds since 1970.`,
      )
    return start * 1_000
  }
  const soonest = exec.scenario.startTime + lead
  const alone = exec.instance.vusInitialized >= workers
  return (alone ? soonest : Math.ceil(soonest / grid) * grid) * 1_000
}

/** Carries out a VU's share of a laid load without a parent; its words go with its samples. Throws when it cannot be carried out. */
export async function performAlone(script: Script, { load, contents }: Laid, workers: number): Promise<void> {
  const worker = exec.vu.idInTest - 1
  const stream = new Stream(String(worker))
  const startAt = startOf(workers)
  let refusal: string | undefined
  let words = 0
  const say = (word: Word): void => {
    if (word.type === 'refused') refusal = word.message
    words += 1
    if (word.type !== 'progress' || words % everyWord === 0) stream.word(word)
  }
  const performer = new Performer<PrepareVu>(new K6Carrier(script, stream, say))
  stream.word({ type: 'present', load: load.id, made: script.made, workers, startAt })
  const times = timetable(load.plans)
  for (const [run, plan] of load.plans.entries()) {
    const { start = 0, phases = [] } = times[run] ?? {}
    const inputs = contents[run]
    if (inputs === undefined) throw new Error(`The load has no plan ${run}.`)
    await performer.obey({ type: 'prepare', plan, worker, workers, contents: inputs, run })
    if (refusal !== undefined) throw new Error(refusal)
    for (const [phase, at] of phases.entries())
      await performer.obey({ type: 'phase', phase, startAt: startAt + at, unitStart: startAt + start })
    if (phases.length === 0) await until(startAt + start)
    await performer.obey({ type: 'finish', patience: patienceOf(plan.timeout) })
  }
  performer.close()
}

const until = (at: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at - monotonic()) / 1_000)
  })
