import { readMachine, useBetween } from '../../machine/use.js'
import type { Receipt } from '../../model/contract.js'
import type { Arm } from '../../model/plan.js'
import { Recorder } from '../conduct/recorder.js'
import { Worker } from '../conduct/worker.js'
import { clockGap, followWallClock, monotonic, wallOf } from '../journey/clock.js'
import type { FromWorker, ToWorker } from '../journey/messages.js'
import type { Sample, SampleKey, SampleKind } from '../journey/sample.js'
import type { WorkerHealth } from '../journey/worker-health.js'
import { contentsOf } from './contents.js'
import type { Word } from './orders.js'
import type { K6Program } from './program.js'

type Done = Extract<FromWorker, { type: 'done' }>

// k6 writes out what it has five times a second. Milliseconds.
const patience = 10_000

/** A VU of k6 as a worker: told over the conductor, heard from k6's stream. */
export class K6Vu extends Worker {
  private recorder = new Recorder()
  private receipts = new Map<Arm, Receipt[]>()
  private run = 0
  /** Samples and receipts of all runs; the reader sees to it that none is missing. */
  private taken = 0
  private done: (Done & { readonly emitted?: number }) | undefined
  private timer: NodeJS.Timeout | undefined
  private unitStart = 0
  private begun: ReturnType<K6Vu['reading']> | undefined

  constructor(
    private readonly program: K6Program,
    readonly index: number,
  ) {
    super()
  }

  get pid(): number | undefined {
    return this.program.pid
  }

  lastWords(): string {
    return this.program.lastWords()
  }

  kill(): void {
    this.program.kill()
  }

  send(message: ToWorker): void {
    if (!this.alive) return
    if (message.type === 'prepare') {
      this.run += 1
      this.recorder = new Recorder()
      this.receipts = new Map()
      this.done = undefined
      this.unitStart = 0
      this.begun = undefined
      const text = JSON.stringify({ ...message, run: this.run })
      this.program.order(this.index, `${text.slice(0, -1)},"contents":${contentsOf(message.plan)}}`)
      return
    }
    if (message.type === 'phase' && this.unitStart === 0) {
      this.unitStart = message.unitStart
      this.begun = this.reading()
      followWallClock(this.begun.gap)
    }
    this.program.order(this.index, JSON.stringify(this.onItsClock(message)))
  }

  /** The process is gone. */
  end(): void {
    clearTimeout(this.timer)
    this.lose()
  }

  hear(word: Word): void {
    if (word.type === 'done') {
      this.done = word
      this.timer = setTimeout(() => this.kill(), patience)
      this.finish()
      return
    }
    if (word.type === 'progress') this.handOn(Math.floor((monotonic() - this.unitStart) / 1_000_000) - 1)
    this.tell(word)
  }

  sample(run: number, key: SampleKey, n: number, at: number, sample: Sample, kind: SampleKind): void {
    if (run === this.run) this.recorder.add(key, n, at, sample, kind)
    this.took()
  }

  receipt(run: number, arm: Arm, receipt: Receipt): void {
    if (run === this.run) {
      const all = this.receipts.get(arm) ?? []
      all.push(receipt)
      this.receipts.set(arm, all)
    }
    this.took()
  }

  private took(): void {
    this.taken += 1
    this.finish()
  }

  /** Its last word counts once all is here that it was about. */
  private finish(): void {
    const { done } = this
    if (done === undefined || this.taken < (done.emitted ?? 0)) return
    this.done = undefined
    clearTimeout(this.timer)
    this.handOn(Number.POSITIVE_INFINITY)
    this.tell({ ...done, health: this.healthOf(done.health), exemplars: this.recorder.exemplars() })
  }

  private handOn(before: number): void {
    const intervals = this.recorder.take(before)
    if (intervals.length > 0) this.tell({ type: 'intervals', intervals })
    for (const [arm, receipts] of this.receipts) this.tell({ type: 'receipts', arm, receipts })
    this.receipts.clear()
  }

  /** k6 has the wall clock only, and all VUs are to begin at one instant of it: so by one offset, which is not read anew for each. */
  private onItsClock(message: Exclude<ToWorker, { type: 'prepare' }>): typeof message {
    if (message.type !== 'phase') return message
    const { startAt, unitStart } = message
    return {
      ...message,
      startAt: Math.round(wallOf(startAt) * 1_000),
      unitStart: Math.round(wallOf(unitStart) * 1_000),
    }
  }

  private reading() {
    const { cpu, waited, niced } = this.program
    return { at: monotonic(), cpu, waited, machine: readMachine(niced), gap: clockGap() }
  }

  /** What the VU cannot see of its process, seen from outside; a share of it for each VU. */
  private healthOf(own: WorkerHealth): WorkerHealth {
    const now = this.reading()
    const before = this.begun ?? now
    const wall = Math.max(1, now.at - before.at)
    const used = Math.max(0, now.cpu - before.cpu) / wall
    const { cores, vus } = this.program
    // Its threads take turns on the cores, and serve as many event loops as there are VUs: each of these has waited for a part of it.
    const loops = Math.max(cores, vus.length)
    const runDelay =
      now.waited === undefined || before.waited === undefined
        ? undefined
        : Math.max(0, now.waited - before.waited) / wall / loops
    return {
      ...own,
      cpu: Math.min(1, used / cores),
      onCore: used / vus.length,
      machine: { ...useBetween(before.machine, now.machine, wall), runDelay, allowed: cores },
      clockStep: Math.round(now.gap - before.gap),
    }
  }
}
