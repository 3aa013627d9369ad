interface Waiting<V> {
  readonly resolve: (value: V | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Keys of one statement. More callers in one turn begin another. */
const most = 1000

/**
 * Gathers the single look-ups of one turn of the event loop into one statement: a burst of strangers costs a few
 * queries instead of thousands. The same key asked twice is loaded once.
 */
export function batched<V>(
  load: (keys: string[]) => Promise<Map<string, V>>,
): (key: string) => Promise<V | undefined> {
  let waiting = new Map<string, Waiting<V>[]>()
  const flush = (): void => {
    // A full batch went before its turn came.
    if (waiting.size === 0) return
    const batch = waiting
    waiting = new Map()
    load([...batch.keys()]).then(
      (found) => batch.forEach((callers, key) => callers.forEach(({ resolve }) => resolve(found.get(key)))),
      (error: unknown) => batch.forEach((callers) => callers.forEach(({ reject }) => reject(error))),
    )
  }
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(flush)
      const callers = waiting.get(key)
      if (callers === undefined) waiting.set(key, [{ resolve, reject }])
      else callers.push({ resolve, reject })
      if (waiting.size >= most) flush()
    })
}
