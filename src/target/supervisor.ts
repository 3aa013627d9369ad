import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { exitCode, UserError } from '../model/errors.js'
import { compiled } from '../model/package.js'
import { bornAt, isAlive } from '../machine/alive.js'
import type { EmbeddedOptions } from './embedded.js'
import { readState, removeState, type TargetState } from './state.js'

export interface UpOptions extends Omit<EmbeddedOptions, 'signal'> {
  /** After how many hours it ends by itself, so that a forgotten one does not stay for ever; default 8. */
  readonly hours?: number
  /** Aborting while it starts takes it down again and rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export type TargetStatus =
  | { readonly state: 'up'; readonly target: TargetState }
  /** The file is there, what it tells of is gone. The next `up` or `down` removes it. */
  | { readonly state: 'stale'; readonly target: TargetState }
  | { readonly state: 'none' }

const answer = v.variant('up', [
  v.object({ up: v.literal(true) }),
  v.object({
    up: v.literal(false),
    message: v.string(),
    hint: v.optional(v.string()),
    exit: v.picklist(Object.values(exitCode)),
    reason: v.string(),
  }),
])

/** Starts a target that outlives this process, and returns when it is ready. There is one at a time for each user. */
export async function targetUp(options: UpOptions): Promise<TargetState> {
  const before = targetStatus()
  if (before.state === 'up') {
    throw new UserError(`A target is up already, at ${before.target.url}.`, {
      hint: 'Use it, or end it first: vge-perf target down',
      reason: 'already_up',
    })
  }
  if (before.state === 'stale') removeState()
  const { signal, ...order } = options
  signal?.throwIfAborted()
  const supervisor = spawn(process.execPath, [compiled('src/target/supervisor-main.js')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
  })
  const abort = (): void => void supervisor.kill('SIGTERM')
  signal?.addEventListener('abort', abort, { once: true })
  supervisor.stdin.on('error', () => undefined)
  supervisor.stdin.end(JSON.stringify(order))
  const said = await firstLine(supervisor.stdout)
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  const parsed = v.safeParse(answer, said === undefined ? undefined : JSON.parse(said))
  if (parsed.success && !parsed.output.up) throw new UserError(parsed.output.message, parsed.output)
  const after = targetStatus()
  if (!parsed.success || after.state !== 'up') {
    throw new UserError('The process that holds the target ended before it was up.', {
      exit: exitCode.failed,
      reason: 'target_failed',
    })
  }
  supervisor.unref()
  return after.target
}

/** Ends what `targetUp` started; resolves when all of it is gone, and tells what it found. */
export async function targetDown(): Promise<TargetStatus['state']> {
  const found = targetStatus()
  if (found.state === 'none') return 'none'
  const { supervisor, pids } = found.target
  const all = [supervisor.pid, pids.postgres, pids.redis, ...pids.nodes]
  if (found.state === 'up') {
    process.kill(supervisor.pid, 'SIGTERM')
    // Once it is killed, its watchdog ends the rest.
    if (!(await untilGone(all, 10_000))) process.kill(supervisor.pid, 'SIGKILL')
    if (!(await untilGone(all, 10_000))) {
      throw new UserError(`Processes of the target did not end: ${all.filter(isAlive).join(', ')}.`, {
        hint: `kill -9 ${all.filter(isAlive).join(' ')}`,
        exit: exitCode.failed,
        reason: 'target_stuck',
      })
    }
  }
  removeState()
  return found.state
}

/** What is up, by the file and by the process that it names. */
export function targetStatus(): TargetStatus {
  const target = readState()
  if (target === undefined) return { state: 'none' }
  return { state: bornAt(target.supervisor.pid) === target.supervisor.born ? 'up' : 'stale', target }
}

async function untilGone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (pids.some(isAlive)) {
    if (performance.now() > until) return false
    await sleep(20)
  }
  return true
}

/** Undefined when it ends without a word. Lets go of the pipe, so that nothing holds this process. */
async function firstLine(stream: Readable): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) {
    stream.destroy()
    return line
  }
  return undefined
}
