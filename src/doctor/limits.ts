import { checkDescriptors, connectionLimit } from '../engine/native/limits.js'
import { count } from '../report/format.js'
import type { Check } from './examined.js'
import { ok, refused } from './states.js'

const name = 'open files'

/** Whether a process may open the connections of the profiles. */
export const openFiles: Check = ({ machine: { descriptors }, needs, config }) => {
  const { engine, workers = 1 } = config.generator
  // All VUs of k6 are one process.
  const processes = engine === 'k6' ? 1 : workers
  const check = (connections: number): void =>
    checkDescriptors(Math.min(connections, connectionLimit), processes, descriptors)
  try {
    check(needs.smoke)
  } catch (error) {
    return refused(name, error)
  }
  try {
    check(needs.any)
  } catch (error) {
    return refused(name, error, 'warning')
  }
  const most = Number.isFinite(descriptors) ? count(descriptors) : 'as many as it likes'
  return ok(name, `${most} a process; the largest profile keeps ${count(needs.any)} connections open`)
}
