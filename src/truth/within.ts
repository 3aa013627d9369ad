import { setTimeout as sleep } from 'node:timers/promises'

/** The answer, or `late` after so many milliseconds: a store that hangs must not hold us longer than one that is busy. */
export async function within<Answer, Late>(
  milliseconds: number,
  answer: Promise<Answer>,
  late: Late,
): Promise<Answer | Late> {
  const over = new AbortController()
  try {
    return await Promise.race([answer, sleep(milliseconds, late, { signal: over.signal })])
  } finally {
    over.abort()
  }
}
