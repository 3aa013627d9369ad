import type { Told } from '../../../model/contract.js'
import type { Json, JsonObject } from '../../../model/scenario.js'

/** First and last version, frames, doubled, gaps, out of order. */
type Seen = [number, number, number, number, number, number]

/** A frame may come this long before the instant that it names, milliseconds: two clocks are read, and one is rounded. */
const clockError = 5

/** What a watcher heard of one topic or page: enough to tell whether each change was told once and in order. */
export class Hearing {
  private readonly joined = Date.now()
  private frames = 0
  private bytes = 0
  private early = 0
  private earliest = 0
  // Until it is there.
  private lost = true
  // Made when there is something to keep: most watchers hear no problem, and many no versions.
  private examples: Record<string, string> | undefined
  private problems: Record<string, number> | undefined
  private seen: Map<string, Seen> | undefined

  frame(bytes: number): void {
    this.frames += 1
    this.bytes += bytes
  }

  /** `at` is the wall clock of the frame's arrival, milliseconds. */
  told({ subject, version, committedAt }: Told, at: number): void {
    this.came(committedAt, at)
    if (version === undefined) return
    this.seen ??= new Map()
    const seen = this.seen.get(subject)
    if (seen === undefined) {
      this.seen.set(subject, [version, version, 1, 0, 0, 0])
      return
    }
    seen[2] += 1
    if (version === seen[1]) seen[3] += 1
    else if (version < seen[1]) seen[5] += 1
    else if (version > seen[1] + 1) seen[4] += version - seen[1] - 1
    seen[1] = Math.max(seen[1], version)
  }

  came(committedAt: number, at: number): void {
    if (at >= committedAt - clockError) return
    this.early += 1
    this.earliest = Math.max(this.earliest, committedAt - at)
  }

  problem(word: string, example: string): void {
    this.problems ??= {}
    this.examples ??= {}
    this.problems[word] = (this.problems[word] ?? 0) + 1
    this.examples[word] ??= example.slice(0, 200)
  }

  begin(): void {
    this.lost = false
  }

  /** It was refused or left, or its connection went away: what was not heard proves nothing. */
  lose(): void {
    this.lost = true
  }

  /** As a receipt. */
  fact(about: JsonObject): JsonObject {
    return {
      ...about,
      joined: this.joined,
      left: Date.now(),
      lost: this.lost,
      frames: this.frames,
      bytes: this.bytes,
      early: this.early,
      earliest: this.earliest,
      problems: this.problems ?? {},
      examples: this.examples ?? {},
      seen: Object.fromEntries<Json>(this.seen ?? []),
    }
  }
}
