import { UsageError } from '../errors.js'
import type { App, Fault } from '../kernel.js'
import { faults } from './index.js'
import { valueOf } from './value.js'

/** One change at a time on each node. */
const turns = new WeakMap<App, Promise<void>>()

function inTurn(app: App, work: () => Promise<void>): Promise<void> {
  const mine = (turns.get(app) ?? Promise.resolve()).then(work)
  turns.set(
    app,
    mine.catch(() => undefined),
  )
  return mine
}

/** @throws UsageError that lists the names, when there is no fault of that one. */
export function findFault(name: string): Fault {
  const fault = faults.find((one) => one.name === name)
  if (fault !== undefined) return fault
  throw new UsageError(`fault "${name}" is not known; accepted: ${faults.map((one) => one.name).join(', ')}`)
}

/** Plants a fault on this node, in place of one of the same name, which stays when the new value is not accepted. @throws UsageError for a name or value that is not accepted. */
export function plantFault(app: App, name: string, value: string | undefined): Promise<void> {
  const fault = findFault(name)
  return inTurn(app, async () => {
    const given = valueOf(fault, value)
    const plant = async (one: string | undefined): Promise<void> =>
      void app.faults.set(name, { value: one, undo: await fault.plant(app, one ?? '') })
    const before = app.faults.get(name)
    await remove(app, name)
    try {
      await plant(given)
    } catch (error) {
      if (before !== undefined) await plant(before.value)
      throw error
    }
  })
}

function readWord(word: string): { readonly name: string; readonly value: string | undefined } {
  const cut = word.indexOf('=')
  return cut < 0 ? { name: word, value: undefined } : { name: word.slice(0, cut), value: word.slice(cut + 1) }
}

/** @throws UsageError when the word of a command line, `NAME` or `NAME=VALUE`, names no fault. */
export function assertKnown(word: string): void {
  findFault(readWord(word).name)
}

/** Plants the word of a command line. @throws UsageError, as plantFault. */
export function plantWord(app: App, word: string): Promise<void> {
  const { name, value } = readWord(word)
  return plantFault(app, name, value)
}

/** Undoes a planted fault; nothing when it is not planted. */
export function clearFault(app: App, name: string): Promise<void> {
  return inTurn(app, () => remove(app, name))
}

/** Undoes everything, last planted first. */
export function clearFaults(app: App): Promise<void> {
  return inTurn(app, async () => {
    for (const name of [...app.faults.keys()].toReversed()) await remove(app, name)
  })
}

async function remove(app: App, name: string): Promise<void> {
  const planted = app.faults.get(name)
  if (planted === undefined) return
  await planted.undo()
  app.faults.delete(name)
}
