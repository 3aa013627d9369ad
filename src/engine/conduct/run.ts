import type { Accounting, Exemplar, RunSink } from '../../model/engine.js'
import { placementOf } from '../../machine/placement.js'
import { UserError } from '../../model/errors.js'
import type { Arm, Plan } from '../../model/plan.js'
import { micros } from '../../model/time.js'
import { monotonic } from '../journey/clock.js'
import type { WorkerHealth } from '../journey/worker-health.js'
import { LostTarget, refuses } from './lost-target.js'
import { closeLost, mergeTallies } from './merge.js'
import { mergeHealth } from './merge-health.js'
import type { FromWorker } from '../journey/messages.js'
import { slowestOf } from './recorder.js'
import { SampleCount } from './sample-count.js'
import type { Tally } from '../journey/tally.js'
import type { Worker } from './worker.js'

// From the word to begin until the beginning, so that all workers have heard it.
const gap = 20_000
const drainAfterAbort = 2_000_000
const every = 250
const longestSilence = 30_000
// Of a look that came later than this the parent slept the rest: nobody was heard, but nobody was silent.
const longestLook = 1_000

interface Seat {
  readonly worker: Worker
  tallies: readonly Tally[]
  /** For how long it has not been heard in this run, milliseconds in which the parent was awake. */
  silent: number
  health: WorkerHealth | undefined
  exemplars: readonly Exemplar[]
}

/** One plan on some workers, from the first word to the accounting. */
export class Run {
  private readonly seats: Seat[]
  private readonly lostTarget = new LostTarget()
  private readonly samples = new SampleCount()
  private readonly stopped: Promise<void>
  private stop: () => void = () => {}
  private cutShort = false
  private targetLost = false
  private unitStart = 0
  /** When it last looked after its workers, milliseconds of `performance.now()`. */
  private looked = performance.now()
  /** For how much longer the workers may take for what they do, milliseconds in which the parent was awake. */
  private patience = Number.POSITIVE_INFINITY

  constructor(
    private readonly plan: Plan,
    workers: readonly Worker[],
    private readonly sink: RunSink,
    private readonly signal: AbortSignal,
  ) {
    this.seats = workers.map((worker) => ({
      worker,
      tallies: [],
      silent: 0,
      health: undefined,
      exemplars: [],
    }))
    this.stopped = new Promise((resolve) => {
      this.stop = () => {
        this.cutShort = true
        resolve()
      }
    })
  }

  /** Sends the plan. Throws `UserError` when a worker cannot carry it out. */
  async complete(): Promise<Accounting> {
    const unlisten = this.seats.map((seat) => seat.worker.listen((message) => this.hear(seat, message)))
    const timer = setInterval(() => this.watch(), every)
    const onAbort = (): void => this.stop()
    this.signal.addEventListener('abort', onAbort)
    if (this.signal.aborted) this.stop()
    try {
      await this.prepare()
      await this.runPhases()
      await this.finish()
      await this.confirmLoss()
      return this.account()
    } finally {
      clearInterval(timer)
      this.signal.removeEventListener('abort', onAbort)
      for (const end of unlisten) end()
    }
  }

  private now(): number {
    return this.unitStart === 0 ? 0 : Math.max(0, monotonic() - this.unitStart)
  }

  private event(kind: string, text: string, at = this.now()): void {
    this.sink.event({ at: micros(at), kind, text })
  }

  private hear(seat: Seat, message: FromWorker | undefined): void {
    seat.silent = 0
    if (message === undefined) {
      this.event('worker_lost', `A worker of the load generator died: ${seat.worker.lastWords()}.`)
      this.stop()
      return
    }
    if (message.type === 'intervals')
      for (const interval of message.intervals) {
        this.samples.take(interval)
        this.sink.interval(interval)
      }
    else if (message.type === 'receipts')
      for (const receipt of message.receipts) this.sink.receipt(message.arm, receipt)
    else if (message.type === 'done') {
      seat.health = message.health
      seat.exemplars = message.exemplars
    }
    if ('tallies' in message) seat.tallies = message.tallies
  }

  private async prepare(): Promise<void> {
    const workers = this.seats.length
    const answers = await Promise.all(
      this.seats.map(({ worker }, index) => {
        const answer = worker.next('ready', 'refused')
        worker.send({ type: 'prepare', plan: this.plan, worker: index, workers })
        return answer
      }),
    )
    for (const [index, answer] of answers.entries()) {
      if (answer?.type === 'refused') {
        throw new UserError(answer.message, {
          exit: answer.exit,
          reason: answer.reason,
          ...(answer.hint === undefined ? {} : { hint: answer.hint }),
        })
      }
      if (answer === undefined) {
        throw new UserError(
          `A worker of the load generator died while it read the plan: ${this.seats[index]?.worker.lastWords() ?? ''}`,
          {
            hint: 'Run it again; if it dies again, the scenario or the contract ends the process.',
            exit: 4,
            reason: 'engine_failed',
          },
        )
      }
    }
  }

  private async runPhases(): Promise<void> {
    for (const [index, phase] of this.plan.phases.entries()) {
      this.patience = Number.POSITIVE_INFINITY
      if (phase.kind === 'burst' && !this.cutShort) await this.openConnections(index)
      if (this.cutShort) return
      // Late starts make a phase longer, but not for ever: a worker that does not come to its end must not hold the run.
      this.patience = (3 * phase.duration + 2 * this.plan.timeout) / 1_000 + longestSilence
      const startAt = monotonic() + gap
      if (this.unitStart === 0) this.unitStart = startAt
      const ended = this.ask('ended', { type: 'phase', phase: index, startAt, unitStart: this.unitStart })
      this.event('phase', phase.name, startAt - this.unitStart)
      await Promise.race([ended, this.stopped])
    }
  }

  private async openConnections(phase: number): Promise<void> {
    const opened = await Promise.race([this.ask('opened', { type: 'open', phase }), this.stopped])
    for (const { failure } of (opened ?? []).flatMap((answer) => answer ?? [])) {
      if (failure === undefined) continue
      if (failure.reason === 'refused') this.loseTarget(failure.arm, failure.message)
      else this.event('connections', `Not all connections of the burst could be opened: ${failure.message}`)
    }
  }

  private async ask<T extends 'ended' | 'opened'>(type: T, message: Parameters<Worker['send']>[0]) {
    return Promise.all(
      this.seats.map(({ worker }) => {
        const answer = worker.next(type)
        worker.send(message)
        return answer
      }),
    )
  }

  private async finish(): Promise<void> {
    const patience = this.cutShort ? drainAfterAbort : 2 * this.plan.timeout
    const done = Promise.all(this.seats.map(({ worker }) => worker.next('done')))
    for (const { worker } of this.seats) worker.send({ type: 'finish', patience })
    // An abort while the last answers are awaited shortens the wait.
    void this.stopped.then(() => {
      for (const { worker } of this.seats) worker.send({ type: 'finish', patience: drainAfterAbort })
    })
    this.patience = patience / 1_000 + 5_000
    await done
  }

  private watch(): void {
    const tallies = this.seats.flatMap((seat) => seat.tallies)
    const add = (of: (tally: Tally) => number): number =>
      tallies.reduce((total, tally) => total + of(tally), 0)
    this.sink.progress({
      started: add((tally) => tally.started),
      ended: add((tally) => tally.answered + tally.timedOut + tally.failed),
    })
    this.plan.arms.forEach(({ arm }, index) => {
      if (this.lostTarget.see(arm, this.talliesOf(index), performance.now()))
        this.loseTarget(arm, 'every step was refused or reset')
    })
    this.killSilent()
  }

  private killSilent(): void {
    const now = performance.now()
    const awake = Math.min(now - this.looked, longestLook)
    this.looked = now
    this.patience -= awake
    for (const seat of this.seats) {
      seat.silent += awake
      const late = seat.silent > longestSilence || this.patience < 0
      if (late && seat.health === undefined) seat.worker.kill()
    }
  }

  private talliesOf(arm: number): Tally[] {
    return this.seats.flatMap((seat) => seat.tallies[arm] ?? [])
  }

  private loseTarget(arm: Arm, why: string): void {
    if (this.targetLost) return
    this.targetLost = true
    this.event('target_lost', `The ${arm} does not answer any more: ${why}.`)
    this.stop()
  }

  /** A target that went away just before the end left too short a streak: ask it once more. */
  private async confirmLoss(): Promise<void> {
    this.watch()
    for (const { arm, urls } of this.plan.arms) {
      if (this.targetLost || !this.lostTarget.suspected(arm)) continue
      const refused = await Promise.all(urls.map((url) => refuses(url)))
      if (refused.every((one) => one))
        this.loseTarget(arm, 'its last steps were refused or reset, and it takes no connection')
    }
  }

  private account(): Accounting {
    for (const exemplar of slowestOf(this.seats.flatMap((seat) => seat.exemplars)))
      this.sink.exemplar(exemplar)
    const lost = this.seats.filter((seat) => seat.health === undefined)
    for (const seat of lost) seat.tallies = seat.tallies.map((tally) => closeLost(tally))
    const healths = this.seats.flatMap((seat) => seat.health ?? [])
    const elapsed = this.now()
    return {
      arms: Object.fromEntries(
        this.plan.arms.map(({ arm }, index) => [arm, mergeTallies(this.plan, this.talliesOf(index))]),
      ),
      health: mergeHealth(this.plan, healths, {
        tallies: this.seats.flatMap((seat) => seat.tallies),
        samples: this.samples,
        workersLost: lost.length,
      }),
      placement: this.seats.flatMap(
        ({ worker }, index) => placementOf(`worker ${index + 1}`, worker.pid) ?? [],
      ),
      startedAt: Math.round(Date.now() - elapsed / 1_000),
      elapsed: micros(elapsed),
      cutShort: this.cutShort,
    }
  }
}
