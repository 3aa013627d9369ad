import type { Accounting, Engine, GeneratorHealth, RunSink } from '../../model/engine.js'
import { UserError } from '../../model/errors.js'
import type { Plan } from '../../model/plan.js'
import { micros } from '../../model/time.js'
import { LostTarget, refuses, type Ended } from '../conduct/lost-target.js'
import { mergeHealth } from '../conduct/merge-health.js'
import { mergeTallies } from '../conduct/merge.js'
import { Recorder } from '../conduct/recorder.js'
import { SampleCount } from '../conduct/sample-count.js'
import { timetable } from '../journey/timetable.js'
import { capabilities } from './capabilities.js'
import { readSamples, type SentBack } from './segments.js'

// Samples of a second come until the slowest of it is answered; those that come later still are added.
const kept = 3
/** How often it is asked whether a target was lost, microseconds. */
const look = 500_000

/** The engine that sends nothing: it hands on what came of a load that was sent elsewhere, plan by plan, in their order. */
export function createCollectedEngine(back: SentBack): Engine {
  const times = timetable(back.load.plans)
  let next = 0
  return {
    name: 'k6',
    capabilities,
    assertRoom: () => {},
    assertAble: () => Promise.resolve(),
    run: async (plan, sink, signal) => {
      const run = next
      next += 1
      assertSame(plan, back.load.plans[run], back.folder)
      const recorder = new Recorder()
      const samples = new SampleCount()
      const handOn = (before: number): void => {
        for (const interval of recorder.take(before)) {
          samples.take(interval)
          sink.interval(interval)
        }
      }
      for (const [place, file] of back.files.entries()) {
        signal.throwIfAborted()
        await readFile(file, run, recorder, sink, handOn)
        sink.progress({ started: (plan.arrivals * (place + 1)) / back.files.length, ended: 0 })
      }
      handOn(Number.POSITIVE_INFINITY)
      for (const exemplar of recorder.exemplars()) sink.exemplar(exemplar)
      return account(back, plan, run, times[run]?.start ?? 0, sink, samples)
    },
    close: () => Promise.resolve(),
  }
}

/** The plan is made again from the scenario as it is now: it must be the one that was sent. */
function assertSame(plan: Plan, laid: Plan | undefined, folder: string): void {
  const same =
    laid !== undefined &&
    plan.hash === laid.hash &&
    plan.arrivals === laid.arrivals &&
    plan.timeout === laid.timeout &&
    JSON.stringify(plan.phases) === JSON.stringify(laid.phases)
  if (same) return
  throw new UserError(`The load in ${folder} is not the one that ${plan.scenario} would send now.`, {
    hint: 'The scenario or its profile was changed since. Collect with the version that laid it out, or send it anew.',
    reason: 'plan_changed',
  })
}

/** One file, for one plan. */
async function readFile(
  file: string,
  run: number,
  recorder: Recorder,
  sink: RunSink,
  handOn: (before: number) => void,
): Promise<void> {
  let newest = 0
  await readSamples(file, {
    sample: (_, of, key, n, at, sample, kind) => {
      if (of !== run) return
      recorder.add(key, n, at, sample, kind)
      const second = Math.floor(at / 1e6)
      if (second <= newest) return
      newest = second
      handOn(second - kept)
    },
    receipt: (_, of, arm, receipt) => {
      if (of === run) sink.receipt(arm, receipt)
    },
  })
}

async function account(
  back: SentBack,
  plan: Plan,
  run: number,
  start: number,
  sink: RunSink,
  samples: SampleCount,
): Promise<Accounting> {
  const began = back.startAt + start
  const dones = back.vus.flatMap(({ said }) => said.get(run)?.done ?? [])
  const { phases = [] } = timetable([plan])[0] ?? {}
  for (const [index, { name }] of plan.phases.entries())
    sink.event({ at: micros(phases[index] ?? 0), kind: 'phase', text: name })
  await tellLosses(back, plan, run, began, sink)
  const tallies = dones.flatMap((done) => done.tallies)
  return {
    arms: Object.fromEntries(
      plan.arms.map(({ arm }, index) => [
        arm,
        mergeTallies(
          plan,
          dones.flatMap((done) => done.tallies[index] ?? []),
        ),
      ]),
    ),
    health: seenFromAfar(
      mergeHealth(
        plan,
        dones.map(({ health }) => health),
        { tallies, samples, workersLost: 0 },
      ),
    ),
    startedAt: Math.round(began / 1_000),
    elapsed: micros(Math.max(0, ...dones.map(({ at }) => at - began))),
    cutShort: false,
  }
}

/** Without what only the machine could tell that k6 ran on: what nobody saw is not 0. */
function seenFromAfar(health: GeneratorHealth): GeneratorHealth {
  const { longestStop: _, clockStep: __, ...seen } = health
  const { share: ___, ...gcPause } = seen.gcPause
  return { ...seen, gcPause }
}

/** Goes through what the VUs said of their progress, as a parent would have heard it, and tells of a target that answered nobody. */
async function tellLosses(
  back: SentBack,
  plan: Plan,
  run: number,
  began: number,
  sink: RunSink,
): Promise<void> {
  const words = back.vus
    .flatMap(({ vu, said }) => (said.get(run)?.going ?? []).map((going) => ({ vu, ...going })))
    .toSorted((a, b) => a.at - b.at)
  for (const [index, { arm, urls }] of plan.arms.entries()) {
    const lost = new LostTarget()
    const latest = new Map<number, Ended>()
    let looked = began
    let gone = false
    for (const { vu, at, arms } of words) {
      const ended = arms[index]
      if (ended !== undefined) latest.set(vu, ended)
      if (at < looked + look) continue
      looked = at
      gone = lost.see(arm, [...latest.values()], at / 1_000)
      if (gone) break
    }
    gone ||= lost.see(arm, [...latest.values()], (words.at(-1)?.at ?? began) / 1_000)
    // Just before the end it left too short a streak, which a few resets leave, too: it is asked once more.
    if (!gone && lost.suspected(arm)) gone = (await Promise.all(urls.map(refuses))).every(Boolean)
    if (!gone) continue
    const text = `The ${arm} did not answer any more: every step was refused or reset.`
    sink.event({ at: micros(Math.max(0, looked - began)), kind: 'target_lost', text })
  }
}
