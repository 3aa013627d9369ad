import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { mergeHistograms } from '../histogram/histogram.js'
import type {
  Counter,
  Distribution,
  LatencyQuery,
  ProbeSample,
  Run,
  RunFile,
  UnitEvent,
  UnitExemplar,
  UnitReceipt,
  UnitRecord,
} from '../model/artefact.js'
import { parts, type Part } from '../model/engine.js'
import { parseVersioned, readText, unread } from './check.js'
import { LatencyLog, type Stretch } from './latency-log.js'
import { readRecords, readRecordsSync } from './lines.js'
import { runFiles } from './names.js'
import { runSchema } from './run-schema.js'
import { counterSchema, eventSchema, exemplarSchema, probeSchema, receiptSchema } from './schemas.js'

/**
 * Reads a run back. A line that a crash cut short is left out and told in `damage`; anything else that is missing, foreign, of
 * another version or damaged is a UserError that says the file, the line, what was expected and what was found.
 */
export async function readRun(folder: string): Promise<Run> {
  const path = join(folder, runFiles.run)
  const file = parseVersioned(await readText(path, 'a run'), runSchema, path)
  // All of them are made before anything is sent. What is read when it is asked for may be asked for never.
  const cut: string[] = []
  for (const later of [runFiles.receipts, runFiles.events, runFiles.slowest])
    // Of events and slowest steps a verdict asks for nothing.
    if (!(await endsWhole(join(folder, later))) && later === runFiles.receipts)
      cut.push(`${later}: the last line is not whole and was left out`)
  const [log, counters, probes] = await Promise.all([
    LatencyLog.read(folder),
    readRecords(folder, runFiles.counters, counterSchema),
    readProbes(folder),
  ])
  return new StoredRun(folder, file, added(counters.records), probes.records, log, [
    ...log.damage,
    ...counters.damage,
    ...probes.damage,
    ...cut,
    ...unfinished(file, log),
  ])
}

/** Whether a file that is read later is empty or ends with its line. Throws `UserError` where it is not there. */
async function endsWhole(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw unread(path, 'a run', error)
  })
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    return bytesRead === 0 || buffer[0] === 0x0a
  } catch (error) {
    throw unread(path, 'a run', error)
  } finally {
    await file.close()
  }
}

/** Runs from before there were probes have no such file. */
async function readProbes(
  folder: string,
): Promise<{ records: readonly ProbeSample[]; damage: readonly string[] }> {
  if (!existsSync(join(folder, runFiles.probes))) return { records: [], damage: [] }
  return readRecords(folder, runFiles.probes, probeSchema)
}

class StoredRun implements Run {
  private readonly merged = new Map<string, Distribution | undefined>()
  private told: readonly UnitReceipt[] | undefined
  private slow: readonly UnitExemplar[] | undefined
  private happened: readonly UnitEvent[] | undefined

  constructor(
    readonly folder: string,
    readonly file: RunFile,
    readonly counters: readonly Counter[],
    readonly probes: readonly ProbeSample[],
    private readonly log: LatencyLog,
    readonly damage: readonly string[],
  ) {}

  /** In the order of the scenario's steps, then the others by name. */
  metrics(): readonly string[] {
    const steps = this.file.promises.steps
    const rank = (metric: string) => {
      const at = steps.indexOf(metric.split('@')[0] ?? metric)
      return at < 0 ? steps.length : at
    }
    return this.log.metrics().toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  }

  /** By name, `error` last. */
  outcomes(metric: string): readonly string[] {
    const found = new Set(this.log.keys(metric).map((key) => key.outcome))
    const errors = found.delete('error')
    return [...[...found].sort(), ...(errors ? ['error'] : [])]
  }

  parts(metric: string): readonly Part[] {
    const found = new Set(this.log.keys(metric).map((key) => key.part))
    return parts.filter((part) => found.has(part))
  }

  receipts(): readonly UnitReceipt[] {
    this.told ??= readRecordsSync(this.folder, runFiles.receipts, receiptSchema)
    return this.told
  }

  slowest(): readonly UnitExemplar[] {
    this.slow ??= readRecordsSync(this.folder, runFiles.slowest, exemplarSchema)
    return this.slow
  }

  events(): readonly UnitEvent[] {
    this.happened ??= readRecordsSync(this.folder, runFiles.events, eventSchema)
    return this.happened
  }

  latency(query: LatencyQuery): Distribution | undefined {
    const key = JSON.stringify([query.metric, query.part, query.outcome, query.units])
    if (!this.merged.has(key)) {
      const all = [...this.select(query).values()]
      this.merged.set(key, all.length === 0 ? undefined : mergeHistograms(all))
    }
    return this.merged.get(key)
  }

  series(query: LatencyQuery): readonly { readonly second: number; readonly latency: Distribution }[] {
    return [...this.select(query)].map(([second, latency]) => ({ second, latency }))
  }

  private select({ metric, part = 'total', outcome, units }: LatencyQuery) {
    const wanted = (unit: UnitRecord) =>
      units === undefined ? unit.phase === 'measure' : units.includes(unit.index)
    return this.log.seconds({ metric, part, outcome }, this.file.units.filter(wanted).map(stretchOf))
  }
}

const stretchOf = (unit: UnitRecord): Stretch => ({ from: unit.offset, to: unit.offset + unit.seconds })

/** Lines of one unit and key add. */
function added(lines: readonly Counter[]): readonly Counter[] {
  const all = new Map<string, Counter>()
  for (const line of lines) {
    const key = JSON.stringify([line.unit, line.metric, line.part, line.outcome])
    const known = all.get(key)
    all.set(
      key,
      known === undefined
        ? line
        : {
            ...line,
            count: known.count + line.count,
            sum: known.sum + line.sum,
            min: Math.min(known.min, line.min),
            max: Math.max(known.max, line.max),
          },
    )
  }
  return [...all.values()]
}

function unfinished(file: RunFile, log: LatencyLog): readonly string[] {
  const end = Math.max(0, ...file.units.map((unit) => stretchOf(unit).to))
  const lines = log.linesFrom(end)
  if (lines === 0) return []
  return [
    `${runFiles.latency}: ${lines} intervals from second ${end} on belong to a unit that did not end; they are not counted`,
  ]
}
