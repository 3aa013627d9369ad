import { yieldToMainThread } from '../../machine/yielding.js'
import { messageOf, UserError } from '../../model/errors.js'
import { AudienceKeeper } from './audience.js'
import { closedPhase } from './closed-phase.js'
import { Connections } from './connections.js'
import { isToWorker, type FromWorker, type ToWorker } from './messages.js'
import { blameRedis } from './redis.js'
import { openPhase, type RunnablePhase } from './open-phase.js'
import { Reporting } from './reporting.js'
import { openSession, type Session } from './session.js'
import { sweep } from './sweep.js'
import { countError } from './tally.js'
import { warmUp } from './warm-up.js'

// A worker of the native engine: its own process, told what to do over IPC, gone when the channel closes. Its arguments are the
// addresses of this machine that it connects from, if not any.

yieldToMainThread()

const connections = new Connections(process.argv.slice(2))
const audiences = new AudienceKeeper()
let session: Session | undefined
let reporting: Reporting | undefined
let phases = new Map<number, RunnablePhase>()
let stopped = false

const post = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}

const phaseOf = (current: Session, index: number): RunnablePhase => {
  const found = phases.get(index)
  if (found !== undefined) return found
  const phase = current.plan.phases[index]
  if (phase === undefined) throw new Error(`The plan has no phase ${index}.`)
  const made = phase.kind === 'closed' ? closedPhase(current, index, phase) : openPhase(current, index, phase)
  phases.set(index, made)
  return made
}

const prepare = async ({ plan, worker, workers }: Extract<ToWorker, { type: 'prepare' }>): Promise<void> => {
  stopped = false
  phases = new Map()
  const audience = audiences.of(plan.audience)
  const gathering = plan.audience?.stage === 'gather' ? audience : undefined
  session = await openSession(plan, worker, workers, connections, gathering)
  session.unit.health.short = connections.short
  audience?.attach(session.unit)
  reporting = new Reporting(session.unit, post)
  post({ type: 'ready', tallies: reporting.tallies() })
}

const open = async (index: number): Promise<void> => {
  const current = session
  if (current === undefined) return
  phaseOf(current, index)
  const failure = await warmUp(current, index, () => stopped || session !== current)
  if (current.plan.phases[index]?.kind === 'burst') sweep()
  if (session === current) post({ type: 'opened', phase: index, failure })
}

// Beyond the time-out, for the step that began last of all.
const grace = 250_000

const runPhase = async (index: number, startAt: number, unitStart: number): Promise<void> => {
  const current = session
  if (current === undefined || stopped) return
  const { plan, unit } = current
  unit.begin(unitStart)
  unit.phase = { index, name: plan.phases[index]?.name ?? '' }
  await phaseOf(current, index).run(startAt)
  unit.health.loadEnded()
  await unit.idle(plan.timeout + grace)
  if (session !== current) return
  phases.delete(index)
  post({ type: 'ended', phase: index })
}

const finish = async (patience: number): Promise<void> => {
  stopped = true
  const current = session
  for (const phase of phases.values()) phase.stop()
  await current?.unit.idle(patience)
  // Told twice when a run is ended while it ends: the first to come here does it.
  if (session !== current) return
  const audience = current?.plan.audience === undefined ? undefined : audiences.here
  if (current !== undefined) audience?.count(current.unit)
  if (current?.plan.audience?.stage === 'dismiss') {
    audience?.report()
    audiences.dismiss()
  }
  current?.unit.close()
  reporting?.end()
  session = undefined
  reporting = undefined
}

const obey = async (message: ToWorker): Promise<void> => {
  switch (message.type) {
    case 'prepare':
      return prepare(message)
    case 'open':
      return open(message.phase)
    case 'phase':
      return runPhase(message.phase, message.startAt, message.unitStart)
    case 'finish':
      return finish(message.patience)
  }
}

const refuse = (error: unknown): void => {
  const user = error instanceof UserError ? error : undefined
  post({
    type: 'refused',
    message: user?.message ?? `The load cannot run: ${messageOf(error)}`,
    hint: user?.hint,
    exit: user?.exit ?? 4,
    reason: user?.reason ?? 'engine_failed',
  })
}

process.on('message', (message) => {
  if (isToWorker(message)) obey(message).catch(refuse)
})
process.on('disconnect', () => process.exit(0))
// The parent hears them too, and ends the load in order.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// What nobody caught ends the worker, and is its last words: unless a target made a library fall over.
process.on('uncaughtException', (error) => {
  if (!blameRedis(error)) throw error
})
// A scenario that forgets a promise must not end the engine.
process.on('unhandledRejection', (error) => {
  const tally = session?.unit.arms[0]?.tally
  const message = `A promise that nobody awaits was rejected: ${messageOf(error)}`
  if (tally !== undefined)
    countError(tally, 'whole', { class: 'generator', reason: 'journey_threw', message })
})
