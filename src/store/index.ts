export { listBaselines, promoteSessions, readSessions, saveSession } from './baselines.js'
export { assertWritable, writeAtomic } from './files.js'
export { createGroup, isGroup, readGroup, type GroupWriter } from './group.js'
export { readRun } from './read-run.js'
