import { Worker } from 'node:worker_threads'

/** A thread that sleeps to a fraction of a millisecond, which no timer of Node's does, and costs nothing while it does. */
const sleeper = `
const { parentPort, workerData } = require('node:worker_threads')
const [turn, due] = [new Int32Array(workerData, 0, 1), new Float64Array(workerData, 8, 1)]
for (;;) {
  const seen = Atomics.load(turn, 0)
  const left = due[0] - Number(process.hrtime.bigint()) / 1e6
  if (left > 0 && Atomics.wait(turn, 0, seen, left) !== 'timed-out') continue
  if (Atomics.load(turn, 0) !== seen) continue
  parentPort.postMessage(0)
  Atomics.wait(turn, 0, seen)
}`

/** Calls back near a moment, over and over: give or take some hundredths of a millisecond, later on a busy machine. */
export class Alarm {
  private readonly memory = new SharedArrayBuffer(16)
  private readonly turn = new Int32Array(this.memory, 0, 1)
  private readonly due = new Float64Array(this.memory, 8, 1)
  private readonly worker: Worker

  constructor(ring: () => void) {
    this.due[0] = Infinity
    this.worker = new Worker(sleeper, { eval: true, workerData: this.memory })
    this.worker.on('message', ring)
    this.worker.unref()
  }

  /** Takes the place of the moment before. `left`: milliseconds from now. */
  set(left: number): void {
    this.due[0] = Number(process.hrtime.bigint()) / 1e6 + left
    Atomics.add(this.turn, 0, 1)
    Atomics.notify(this.turn, 0)
  }
}
