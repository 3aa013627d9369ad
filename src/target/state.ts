import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { UserError } from '../model/errors.js'

const stateFile = v.object({
  formatVersion: v.literal(1),
  label: v.string(),
  url: v.string(),
  urls: v.array(v.string()),
  postgres: v.string(),
  redis: v.string(),
  control: v.array(v.string()),
  webhookSecret: v.string(),
  pids: v.object({ postgres: v.number(), redis: v.number(), nodes: v.array(v.number()) }),
  /** The process that holds it all, and when that process was born, as `bornAt` says it. */
  supervisor: v.object({ pid: v.number(), born: v.string() }),
  /** Instants in ISO 8601. */
  startedAt: v.string(),
  endsAt: v.string(),
})

const fileName = 'state.json'

/** What `target up` left running, as `state.json` holds it: mode 600, for its secret. */
export type TargetState = Readonly<v.InferOutput<typeof stateFile>>

/** What the file says; undefined when there is none. A file that is not ours to understand is an error. */
export function readState(): TargetState | undefined {
  const folder = stateFolder()
  if (!existsSync(folder)) return undefined
  assertOurs(folder)
  const file = join(folder, fileName)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const parsed = v.safeParse(stateFile, parseJson(text))
  if (parsed.success) return parsed.output
  throw new UserError(`${file} is not what \`vge-perf target up\` writes.`, {
    hint: 'End what it started by hand if it still runs, then delete the file.',
    reason: 'corrupt_state',
  })
}

/** Fails when there is a file already: two targets that start at once must not both believe that they are the one. */
export function writeState(state: TargetState): void {
  const folder = stateFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  assertOurs(folder)
  writeFileSync(join(folder, fileName), `${JSON.stringify(state, undefined, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
  })
}

export function removeState(): void {
  rmSync(stateFolder(), { recursive: true, force: true })
}

function stateFolder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR']
  return runtime ? join(runtime, 'vge-perf') : join(tmpdir(), `vge-perf-${process.getuid?.() ?? 0}`)
}

/** Anybody may make a folder in the temporary one, with our name on it. */
function assertOurs(folder: string): void {
  const found = lstatSync(folder)
  const { uid, mode } = found
  if (
    found.isDirectory() &&
    (process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0))
  )
    return
  throw new UserError(
    `${folder} is not a folder of this user alone, so it cannot be trusted with a target's secrets.`,
    {
      hint: 'Delete it, or set XDG_RUNTIME_DIR to a folder of your own.',
      reason: 'foreign_state',
    },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
