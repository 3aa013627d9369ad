import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { foldVerdict } from '../compare/fold.js'
import { UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Verdict } from '../model/verdict.js'
import { reporters } from '../report/index.js'
import { isGroup, readGroup } from '../store/index.js'
import { writeAtomic } from '../store/index.js'
import { judgeFolder, type Judged } from './judge.js'

/** Writes every report of a verdict into its folder. Returns the path of the page. */
export async function writeReports(
  folder: string,
  verdict: Verdict,
  judged: readonly Judged[],
): Promise<string> {
  const runs = judged.map(({ candidate, control }) => ({
    scenario: candidate.file.scenario,
    candidate,
    ...(control === undefined ? {} : { control }),
  }))
  for (const reporter of Object.values(reporters)) {
    await writeAtomic(join(folder, reporter.file), reporter.render(verdict, runs))
  }
  return join(folder, reporters.html.file)
}

/** Judges what a folder holds again, from the artefacts alone: also what a crash left. */
export async function judgeStored(
  folder: string,
  options: { readonly waive: readonly string[]; readonly noRegressionCheck: boolean },
): Promise<{ readonly verdict: Verdict; readonly judged: readonly Judged[] }> {
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}.`, { reason: 'no_report' })
  const groups = isGroup(folder)
    ? [folder]
    : readdirSync(folder)
        .map((name) => join(folder, name))
        .filter(isGroup)
  if (groups.length === 0) {
    throw new UserError(`${folder} holds no run: there is no group.json in it.`, {
      hint: 'Name a folder that `vge-perf gate` or `vge-perf run` wrote, such as reports/<date>.',
      reason: 'no_run',
    })
  }
  const judged: Judged[] = []
  for (const group of groups) {
    // As it was judged when it was measured, unless this command says otherwise.
    const { control, candidate } = await readGroup(group)
    const noRegressionCheck = options.noRegressionCheck || candidate?.file.regressionCheck === false
    const mode = control === undefined || noRegressionCheck ? 'none' : 'paired'
    const { waive } = options
    judged.push(await judgeFolder(group, { waive, noRegressionCheck, fresh: true, mode, capReached: true }))
  }
  const [first] = judged
  const verdict = foldVerdict(
    judged.map((one) => one.verdict),
    {
      tool: `vge-perf ${version()}`,
      mode: first?.control === undefined ? 'none' : 'paired',
      startedAt: first?.candidate.file.startedAt ?? '',
      elapsedSeconds: 0,
      seed: first?.candidate.file.seed ?? '',
      repeat: first?.candidate.file.repeat ?? '',
      folder,
      control: first?.control?.file.fingerprint.subject ?? {},
      candidate: first?.candidate.file.fingerprint.subject ?? {},
    },
  )
  return { verdict, judged }
}
