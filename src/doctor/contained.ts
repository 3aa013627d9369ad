import { AsyncLocalStorage } from 'node:async_hooks'

const looks = new AsyncLocalStorage<(error: unknown) => void>()

let held = false
/** Once for the process: what a client still throws after its look is over must not end the others. */
const hold = (): void => {
  if (held) return
  held = true
  process.on('uncaughtException', (error) => {
    const reject = looks.getStore()
    if (reject === undefined) throw error
    reject(error)
  })
}

/**
 * What `work` gives. The clients of stores throw out of their sockets at answers that are none, where no promise hears it: that rejects
 * this work, with what `told` makes of it, and only this.
 */
export function contained<T>(work: () => Promise<T>, told: (error: unknown) => Error): Promise<T> {
  hold()
  return new Promise((resolve, reject) =>
    looks.run(
      (error) => reject(told(error)),
      () => void work().then(resolve, reject),
    ),
  )
}
