import { afterEach, expect, test, vi } from 'vitest'
import { Run } from '../../src/engine/conduct/run.js'
import { Worker } from '../../src/engine/conduct/worker.js'
import type { ToWorker } from '../../src/engine/journey/messages.js'
import { ms } from '../../src/model/time.js'
import { keepAll, makePlan, oneArm, phase } from './harness.js'

afterEach(() => vi.useRealTimers())

/** Says all the time that it goes on, and never that a phase is over. */
class Endless extends Worker {
  readonly pid = undefined
  private timer: NodeJS.Timeout | undefined

  lastWords(): string {
    return 'it went on'
  }

  send(message: ToWorker): void {
    if (message.type === 'prepare') queueMicrotask(() => this.tell({ type: 'ready', tallies: [] }))
    if (message.type === 'phase')
      this.timer = setInterval(() => this.tell({ type: 'progress', tallies: [] }), 250)
  }

  kill(): void {
    clearInterval(this.timer)
    this.lose()
  }
}

test('a worker that never comes to the end of a phase, and says so busily, does not hold the run for ever', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const { plan, remove } = makePlan({
    urls: { control: 'http://127.0.0.1:9' },
    table: oneArm(1, 0),
    timeout: ms(100),
    phases: [phase({ duration: ms(100) })],
  })
  const kept = keepAll()
  const run = new Run(plan, [new Endless()], kept.sink, new AbortController().signal).complete()
  await vi.advanceTimersByTimeAsync(60_000)
  const { cutShort, health } = await run
  expect(cutShort).toBe(true)
  expect(health.workersLost).toBe(1)
  expect(kept.events.map(({ kind }) => kind)).toContain('worker_lost')
  remove()
})
