/** Timers are a millisecond late at least; the rest is waited for turn by turn. */
const timerSlackMs = 1.5

/** Resolves after that many milliseconds, to a tenth. */
export async function pause(milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds
  if (milliseconds > timerSlackMs)
    await new Promise((resolve) => setTimeout(resolve, milliseconds - timerSlackMs))
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve))
}
