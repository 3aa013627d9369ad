/** Stages of a step; each instant of a step belongs to exactly one. Those from `page` to `effect` are of pages. */
export type Stage =
  | 'send'
  | 'queue'
  | 'connect'
  | 'tls'
  | 'wait'
  | 'receive'
  | 'page'
  | 'upgrade'
  | 'join'
  | 'reply'
  | 'effect'
  | 'unattributed'

/** Divides the time of one step among its stages, without gap or overlap. Instants in whole microseconds. */
export class Split {
  /** Time spent in the stages that are over. */
  readonly spent: Record<Stage, number> = {
    send: 0,
    queue: 0,
    connect: 0,
    tls: 0,
    wait: 0,
    receive: 0,
    page: 0,
    upgrade: 0,
    join: 0,
    reply: 0,
    effect: 0,
    unattributed: 0,
  }
  /** When the stage began. */
  since: number
  stage: Stage = 'send'
  /** Zero until the step ended. */
  ended = 0

  /** A step begins by being built, which counts as `send`. */
  constructor(readonly begun: number) {
    this.since = begun
  }

  enter(stage: Stage, now: number): void {
    this.spent[this.stage] += now - this.since
    this.since = now
    this.stage = stage
  }

  end(now: number): void {
    this.enter(this.stage, now)
    this.ended = now
  }

  /** Ends with parts that were measured by another clock, which may be finer than `now`; what is left is nobody's. */
  divide(measured: Partial<Record<Stage, number>>, now: number): void {
    const parts = Object.entries(measured) as [Stage, number][]
    const sum = parts.reduce((total, [, time]) => total + time, 0)
    for (const [stage, time] of parts) this.spent[stage] = time
    this.ended = Math.max(now, this.begun + sum)
    this.spent.unattributed = this.ended - this.begun - sum
    this.since = this.ended
  }

  of(stage: Stage): number {
    return this.spent[stage]
  }
}
