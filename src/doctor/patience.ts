import { exitCode, UserError } from '../model/errors.js'

/** Milliseconds that each thing beyond this process may take. */
export const patience = 3_000

/** What `work` gives, or a `UserError` when it takes too long; what comes later is handed to `late`. */
export async function inTime<T>(what: string, work: Promise<T>, late: (value: T) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let given = false
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      given = true
      reject(
        new UserError(`${what} did not answer within ${patience / 1_000} s.`, {
          hint: 'Is it the right address, and does it let this machine in?',
          exit: exitCode.failed,
          reason: 'store_unreachable',
        }),
      )
    }, patience)
  })
  void work.then(
    (value) => (given ? late(value) : undefined),
    () => undefined,
  )
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}
