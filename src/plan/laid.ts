import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { isAlive } from '../machine/alive.js'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import { laidFiles, type LaidLoad, type Plan } from '../model/plan.js'
import type { Dataset } from '../model/scenario.js'
import { writePrivate } from './write.js'

/** Throws `UserError` for a folder that already holds a load, or samples of one. */
export function assertNoLoad(folder: string): void {
  const samples = join(folder, laidFiles.samples)
  if (existsSync(join(folder, laidFiles.rows)))
    throw new UserError(`${folder} already holds a load, whose rows are still in its target.`, {
      hint: 'Collect it with `vge-perf collect`, or give it up with `vge-perf collect --discard`, which both take the rows away; or name another folder.',
      reason: 'load_is_there',
    })
  if (existsSync(samples) && readdirSync(samples).length > 0)
    throw new UserError(`${samples} holds samples of an earlier load.`, {
      hint: 'Take them away, or name another folder.',
      reason: 'load_is_there',
    })
}

/** Lays the plans of one start, all of one target, into a folder (mode 0700: rows hold tokens), with all that they name. */
export function writeLoad(
  folder: string,
  plans: readonly Plan[],
  head: Pick<LaidLoad, 'scenario' | 'named' | 'profile' | 'seed' | 'script'>,
): LaidLoad {
  try {
    return layOut(folder, plans, head)
  } catch (error) {
    // Without its head nobody could collect it or give it up, and its rows hold tokens.
    for (const name of [
      ...plans.map((plan) => basename(plan.arrivalsFile)),
      laidFiles.rows,
      laidFiles.secrets,
    ])
      rmSync(join(folder, name), { force: true })
    throw error
  }
}

function layOut(
  folder: string,
  plans: readonly Plan[],
  head: Pick<LaidLoad, 'scenario' | 'named' | 'profile' | 'seed' | 'script'>,
): LaidLoad {
  mkdirSync(join(folder, laidFiles.samples), { recursive: true, mode: 0o700 })
  // Also one that was there before.
  chmodSync(folder, 0o700)
  // Tokens in a repository are there for ever.
  const ignored = join(folder, '.gitignore')
  if (!existsSync(ignored)) writeFileSync(ignored, '*\n')
  const take = (file: string, name = basename(file)): string => {
    copyFileSync(file, join(folder, name))
    chmodSync(join(folder, name), 0o600)
    return name
  }
  const laid = plans.map((plan) => ({
    ...plan,
    // The script has them.
    scenarioModule: '',
    contractModule: '',
    arrivalsFile: take(plan.arrivalsFile),
    secretsFile: take(plan.secretsFile, laidFiles.secrets),
    arms: plan.arms.map((arm) => ({ ...arm, rowsFile: take(arm.rowsFile, laidFiles.rows) })),
  }))
  const load: LaidLoad = { formatVersion: 1, id: randomUUID(), ...head, rows: digestOf(folder), plans: laid }
  writePrivate(folder, laidFiles.load, load)
  return load
}

const digestOf = (folder: string): string =>
  createHash('sha256')
    .update(readFileSync(join(folder, laidFiles.rows)))
    .digest('hex')

const words = v.pipe(v.array(v.string()), v.minLength(1))
/** What is read of a load before its plans are compared with those that would be sent now. */
const laidSchema = v.looseObject({
  formatVersion: v.literal(1),
  id: v.string(),
  script: v.string(),
  scenario: v.string(),
  named: v.string(),
  profile: v.string(),
  seed: v.string(),
  rows: v.string(),
  plans: v.pipe(
    v.array(
      v.looseObject({
        hash: v.string(),
        arrivals: v.number(),
        arrivalsFile: v.string(),
        timeout: v.number(),
        phases: v.array(v.looseObject({ name: v.string(), duration: v.number() })),
        arms: v.pipe(v.array(v.looseObject({ arm: v.string(), urls: words })), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
})
const isLaid = (load: unknown): load is LaidLoad => v.is(laidSchema, load)
const rowsSchema = v.record(v.string(), v.array(v.record(v.string(), v.unknown())))

/** Reads the load that lies in a folder. Throws `UserError` where there is none, or one of another version. */
export function readLoad(folder: string): LaidLoad {
  const file = join(folder, laidFiles.load)
  if (!existsSync(file) && existsSync(join(folder, laidFiles.samples)))
    throw new UserError(
      `The load in ${folder} was collected before: it is gone, and its rows from the target.`,
      {
        hint: '`vge-perf report FOLDER` judges again what was collected then.',
        reason: 'load_was_collected',
      },
    )
  try {
    const load: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isLaid(load)) return load
    throw new Error('it is of another version, or was changed')
  } catch (error) {
    throw new UserError(`${file} cannot be read as a load that was laid out: ${messageOf(error)}.`, {
      hint: 'Name the folder that `vge-perf compile SCENARIO --load FOLDER` made.',
      reason: 'no_load',
    })
  }
}

/** Throws `UserError` where the rows in a folder are not those that a load was laid out with: others would be weighed, and others taken away. */
export function assertOwnRows(folder: string, load: LaidLoad): void {
  readLaidRows(folder)
  if (digestOf(folder) === load.rows) return
  throw new UserError(`${join(folder, laidFiles.rows)} was changed since the load was laid out.`, {
    hint: 'Put back the file that `compile --load` made. Without it the load cannot be weighed: lay and send it anew.',
    reason: 'plan_changed',
  })
}

/**
 * Takes a load for this process, so that nobody else weighs it or takes its rows away meanwhile. Returns what gives it back. Throws
 * `UserError` while another process has it; one that died has given it back.
 */
export function takeLoad(folder: string): () => void {
  const file = join(folder, laidFiles.lock)
  try {
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true })
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new UserError(`${folder} cannot be written to: ${messageOf(error)}.`, { reason: 'not_writable' })
    throw new UserError(`Another \`vge-perf collect\` is at ${folder}.`, {
      hint: `Wait until it has ended. If none runs, delete ${file}.`,
      exit: exitCode.failed,
      reason: 'load_in_use',
    })
  }
  return () => rmSync(file, { force: true })
}

/** Notes, before the first row goes, that the rows of a load are being taken away: what is left of them cannot be weighed any more. */
export const noteClearing = (folder: string): void => writeFileSync(join(folder, laidFiles.clearing), '')
export const isClearing = (folder: string): boolean => existsSync(join(folder, laidFiles.clearing))

/** The rows of a load. Throws `UserError` when they cannot be read. */
export function readLaidRows(folder: string): Dataset {
  const file = join(folder, laidFiles.rows)
  try {
    const rows: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (v.is(rowsSchema, rows)) return rows as Dataset
    throw new Error('its rows are no lists of records')
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}.`, { reason: 'unreadable_file' })
  }
}

/** Forgets a load that was taken out of its target: its rows hold tokens, its secrets and addresses passwords. What is not of it stays, and its samples. */
export function dropLaid(folder: string): void {
  const arrivals = readLoad(folder).plans.map(({ arrivalsFile }) => arrivalsFile)
  for (const name of [...arrivals, laidFiles.rows, laidFiles.secrets, laidFiles.clearing, laidFiles.load])
    rmSync(join(folder, basename(name)), { force: true })
}
