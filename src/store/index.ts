export {
  listBaselines,
  promoteSessions,
  readSessions,
  saveSession,
  type BaselineSummary,
} from './baselines.js'
export { createRun, type RunWriter } from './create-run.js'
export { assertWritable, writeAtomic } from './files.js'
export { createGroup, isGroup, readGroup, type GroupWriter } from './group.js'
export { readEvents, readExemplars, readReceipts, readRun } from './read-run.js'
