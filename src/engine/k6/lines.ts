import { exitCode, UserError } from '../../model/errors.js'

const newline = 10
/** A receipt may be long, a line without an end is none. Bytes. */
const longest = 67_108_864

/** Cuts bytes into lines, however they come. Keeps nothing but the last half line. */
export class Lines {
  private rest: Buffer[] = []
  private kept = 0

  constructor(private readonly take: (line: string) => void) {}

  /** Throws what `take` throws, and `UserError` (exit 4) for a line without an end. */
  feed(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.take(this.lineTo(chunk.subarray(from, end)))
      from = end + 1
    }
    if (from === chunk.length) return
    this.rest.push(Buffer.from(chunk.subarray(from)))
    this.kept += chunk.length - from
    if (this.kept > longest)
      throw new UserError('What k6 printed cannot be read: a line of more than 64 MiB.', {
        hint: 'Run it again. If it happens again, something else writes to the same output.',
        exit: exitCode.failed,
        reason: 'k6_stream_broken',
      })
  }

  /** Bytes of a line that has not ended. */
  get open(): number {
    return this.kept
  }

  private lineTo(last: Buffer): string {
    if (this.kept === 0) return last.toString()
    const whole = Buffer.concat([...this.rest, last])
    this.rest = []
    this.kept = 0
    return whole.toString()
  }
}
