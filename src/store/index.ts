export { calibrationIn, readCalibration, saveCalibration } from './calibrations.js'
export {
  baselineNames,
  markSessions,
  pinSessions,
  readSessions,
  releasesOf,
  removeSessions,
} from './baselines.js'
export { checkBaseline, pinnedName, saveSession } from './baseline-files.js'
export { assertWritable, writeAtomic } from './files.js'
export { createGroup, holdsArms, isGroup, readGroup, type GroupWriter } from './group.js'
export { readJudging, saveJudging } from './judging.js'
export { readRun } from './read-run.js'
