import { createHistogram } from 'node:perf_hooks'
import { Alarm } from './alarm.js'
import type { ProxyFacts } from './delay.js'

interface Waiting {
  readonly due: number
  readonly release: () => void
}

/**
 * Milliseconds before the moment for which the alarm is set: what its thread takes to wake this one. The rest is a loop that asks the
 * clock at every turn, with the sockets served in between.
 */
const near = 0.2

/** Does things at their moments, in milliseconds of `performance.now()`: never before, and some microseconds after. */
export class Releaser {
  private readonly waiting: Waiting[] = []
  private readonly alarm = new Alarm(() => this.wake())
  private turning = false
  private turnedAt = 0
  private spun = 0
  private readonly begun = performance.now()
  private readonly late = createHistogram()

  /**
   * What has the same moment keeps its order. What is to wait for nothing is done at once. `now` is the moment that `due` was reckoned
   * from: what a rest of this process made late since then is late, and is counted like all that was held.
   */
  at(now: number, due: number, release: () => void): void {
    this.releaseDue()
    if (due <= now) return release()
    let place = this.waiting.length
    while (place > 0 && (this.waiting[place - 1]?.due ?? 0) > due) place -= 1
    this.waiting.splice(place, 0, { due, release })
    if (place === 0) this.wake()
  }

  facts(): ProxyFacts {
    const micros = (nanos: number): number => Math.round(nanos / 1_000)
    const held = this.late.count
    return {
      held,
      late:
        held === 0
          ? { p50: 0, p99: 0, max: 0 }
          : {
              p50: micros(this.late.percentile(50)),
              p99: micros(this.late.percentile(99)),
              max: micros(this.late.max),
            },
      spun: this.spun / (performance.now() - this.begun),
    }
  }

  private releaseDue(): void {
    for (;;) {
      const [first] = this.waiting
      const over = first === undefined ? -1 : performance.now() - first.due
      if (first === undefined || over < 0) return
      this.waiting.shift()
      this.late.record(Math.max(1, Math.round(over * 1e6)))
      first.release()
    }
  }

  private wake(): void {
    if (this.turning) return
    this.releaseDue()
    const [first] = this.waiting
    if (first === undefined) return
    const left = first.due - performance.now()
    if (left > near) return this.alarm.set(left - near)
    this.turning = true
    this.turnedAt = performance.now()
    setImmediate(this.turn)
  }

  private readonly turn = (): void => {
    const now = performance.now()
    this.spun += now - this.turnedAt
    this.turnedAt = now
    this.releaseDue()
    const [first] = this.waiting
    if (first !== undefined && first.due - performance.now() <= near) {
      setImmediate(this.turn)
      return
    }
    this.turning = false
    this.wake()
  }
}
