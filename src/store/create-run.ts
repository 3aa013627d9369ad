import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { logHead } from '../histogram/interval-log.js'
import type {
  InvariantResult,
  ProbeSample,
  RunEnd,
  RunFile,
  RunHeader,
  UnitRecord,
} from '../model/artefact.js'
import type { Receipt } from '../model/contract.js'
import type { Exemplar, Interval, RunEvent } from '../model/engine.js'
import { UserError } from '../model/errors.js'
import { notWritable, writeAtomic, writeAtomicSync } from './files.js'
import { jsonText } from './json.js'
import { runFiles } from './names.js'
import { RunLines } from './run-lines.js'

/** Writes one run while it happens. What cannot be written is a UserError of the next awaited call. Takes nothing after its end. */
export interface RunWriter {
  readonly folder: string
  /** First second of the log that no unit has used yet: the least `offset` of the next unit. */
  readonly nextOffset: number
  /** `offset` is the unit's first second in the log, `unit` its index. */
  interval(offset: number, unit: number, interval: Interval): void
  receipt(unit: number, receipt: Receipt): void
  event(unit: number, event: RunEvent): void
  exemplar(unit: number, exemplar: Exemplar): void
  probe(sample: ProbeSample): void
  /** Ends a unit: all that it left is on disk, and `run.json` names it. `seconds` grows to hold its last sample. */
  unit(record: UnitRecord): Promise<void>
  /** Adds results; one of the same name and group takes the place of the earlier. */
  invariants(results: readonly InvariantResult[]): Promise<void>
  end(end: RunEnd): Promise<void>
  /** Last resort of a process that is going down. Does nothing after an `end`. */
  endSync(end: RunEnd): void
}

/**
 * Makes the folder of a run, with all its files, before anything is sent. Throws a UserError that names the path when it cannot be
 * written or holds a run already.
 */
export async function createRun(folder: string, header: RunHeader): Promise<RunWriter> {
  if (existsSync(join(folder, runFiles.run))) {
    throw new UserError(`${folder} already holds a run, which is never overwritten.`, {
      hint: 'Choose another folder, or remove this one.',
      reason: 'run_exists',
    })
  }
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw notWritable(folder, error)
  }
  const lines = new RunLines(folder, logHead(Date.parse(header.startedAt)))
  const writer = new Writer(folder, header, lines)
  await writer.save()
  return writer
}

class Writer implements RunWriter {
  nextOffset = 0
  private file: RunFile
  /** End of the running unit's last sample, in seconds of the log. */
  private reached = 0

  constructor(
    readonly folder: string,
    header: RunHeader,
    private readonly lines: RunLines,
  ) {
    this.file = { ...header, units: [], invariants: [] }
  }

  interval(offset: number, unit: number, interval: Interval): void {
    if (offset < this.nextOffset) {
      throw new Error(
        `Unit ${unit} begins at second ${offset} of the log; seconds up to ${this.nextOffset} belong to earlier units`,
      )
    }
    const second = offset + interval.second
    this.reached = Math.max(this.reached, second + 1)
    this.lines.interval(second, unit, interval)
  }

  receipt(unit: number, receipt: Receipt): void {
    this.lines.add('receipts', { unit, ...receipt })
  }

  event(unit: number, event: RunEvent): void {
    this.lines.add('events', { unit, ...event })
  }

  exemplar(unit: number, exemplar: Exemplar): void {
    this.lines.add('slowest', { unit, ...exemplar })
  }

  probe(sample: ProbeSample): void {
    this.lines.add('probes', sample)
  }

  async unit(record: UnitRecord): Promise<void> {
    const seconds = Math.max(record.seconds, this.reached - record.offset)
    this.nextOffset = record.offset + seconds
    this.lines.flush()
    this.file = { ...this.file, units: [...this.file.units, { ...record, seconds }] }
    await this.save()
  }

  async invariants(results: readonly InvariantResult[]): Promise<void> {
    const replaced = (known: InvariantResult) =>
      results.some((r) => r.name === known.name && r.group === known.group)
    this.file = {
      ...this.file,
      invariants: [...this.file.invariants.filter((known) => !replaced(known)), ...results],
    }
    await this.save()
  }

  async end(end: RunEnd): Promise<void> {
    this.file = { ...this.file, end }
    try {
      this.lines.close()
    } finally {
      await this.save()
    }
  }

  endSync(end: RunEnd): void {
    if (this.file.end !== undefined) return
    this.file = { ...this.file, end }
    try {
      this.lines.close()
    } finally {
      writeAtomicSync(join(this.folder, runFiles.run), this.text())
    }
  }

  async save(): Promise<void> {
    await writeAtomic(join(this.folder, runFiles.run), this.text())
  }

  private text(): string {
    return `${jsonText(this.file, runFiles.run, 2)}\n`
  }
}
