import { sessionFigures } from '../compare/session-figures.js'
import { formatVersion, type BaselineSession, type Run } from '../model/artefact.js'

/** A run as a session of a baseline, called by the moment at which it began; nobody has decided about it yet. */
export const sessionOf = (name: string, run: Run): BaselineSession => ({
  formatVersion,
  name,
  session: run.file.startedAt.replaceAll(/[:.]/g, '-'),
  recordedAt: run.file.startedAt,
  scenario: run.file.scenario,
  profile: run.file.profile,
  fingerprint: run.file.fingerprint,
  ...sessionFigures(run),
})
