const pauseMs = 1_000
const last = new Map<string, number>()

/** A line on standard error; the same line at most once a second, so that a store that is away does not flood it. */
export function complain(line: string): void {
  const now = Date.now()
  if (now - (last.get(line) ?? 0) < pauseMs) return
  if (last.size > 1_000) last.clear()
  last.set(line, now)
  process.stderr.write(`${line}\n`)
}
