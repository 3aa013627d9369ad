// The process behind `vge-perf target up`: holds an embedded target until it is told to end, its time is over, or the target dies.
import { writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { bornAt } from '../machine/alive.js'
import { startEmbedded } from './embedded.js'
import { removeState, writeState } from './state.js'

const orderSchema = v.object({
  label: v.string(),
  nodes: v.optional(v.number()),
  settings: v.optional(v.record(v.string(), v.string())),
  plant: v.optional(v.array(v.string())),
  port: v.optional(v.number()),
  program: v.optional(v.string()),
  cores: v.optional(v.string()),
  hours: v.optional(v.number(), 8),
})

/** One line, to whoever asked. */
function answer(what: object): void {
  try {
    writeSync(1, `${JSON.stringify(what)}\n`)
  } catch {
    // Nobody listens any more.
  }
}

async function main(): Promise<void> {
  const told = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => told.abort())
  const { hours, ...options } = v.parse(orderSchema, JSON.parse(await text(process.stdin)))
  const target = await startEmbedded({ ...options, signal: told.signal })
  const over = new Promise<void>((resolve) =>
    told.signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  const now = Date.now()
  try {
    const { label, url, urls, postgres, redis, control, webhookSecret, pids } = target
    writeState({
      formatVersion: 1,
      label,
      url,
      postgres,
      redis,
      webhookSecret,
      urls: [...urls],
      control: [...control],
      pids: { ...pids, nodes: [...pids.nodes] },
      supervisor: { pid: process.pid, born: bornAt(process.pid) ?? '' },
      startedAt: new Date(now).toISOString(),
      endsAt: new Date(now + hours * 3_600_000).toISOString(),
    })
  } catch (error) {
    await target.stop()
    throw error
  }
  answer({ up: true })
  const timer = setTimeout(() => told.abort(), hours * 3_600_000)
  await Promise.race([over, target.exited])
  clearTimeout(timer)
  await target.stop()
  removeState()
}

try {
  await main()
  process.exit(0)
} catch (error) {
  const known = error instanceof UserError ? error : undefined
  answer({
    up: false,
    message: messageOf(error),
    hint: known?.hint,
    exit: known?.exit ?? exitCode.failed,
    reason: known?.reason ?? 'target_failed',
  })
  process.exit(1)
}
