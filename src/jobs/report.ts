import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { foldVerdict } from '../compare/fold.js'
import { withoutBaseline } from '../compare/next.js'
import type { Run } from '../model/artefact.js'
import { usualMinutes } from '../model/config.js'
import { UserError } from '../model/errors.js'
import { version } from '../model/package.js'
import type { Verdict } from '../model/verdict.js'
import { reporters } from '../report/index.js'
import { holdsArms, isGroup, readGroup, readJudging, writeAtomic } from '../store/index.js'
import { earlierGates } from './earlier.js'
import { asJudged, judgeFolder, type Judged, type Judging } from './judge.js'
import { verdictIn } from './left-verdict.js'

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

/** When the measuring began and how long it took, by the artefacts: a killed run lasted as long as its last unit. */
export function spanOf(
  judged: readonly { readonly candidate: Run; readonly control?: Run }[],
): Pick<Verdict, 'startedAt' | 'elapsedSeconds'> {
  const files = judged.flatMap(({ candidate, control }) => [
    candidate.file,
    ...(control === undefined ? [] : [control.file]),
  ])
  const begun = Math.min(...files.map(({ startedAt }) => Date.parse(startedAt)))
  const ended = Math.max(
    begun,
    ...files.flatMap(({ end, units }) => [
      ...(end === undefined ? [] : [Date.parse(end.endedAt)]),
      ...units.map((unit) => unit.startedAt + unit.seconds * 1_000),
    ]),
  )
  return { startedAt: new Date(begun).toISOString(), elapsedSeconds: (ended - begun) / 1_000 }
}

/** A scenario that was judged once, and whose runs are gone, would not be missed by anybody. */
async function assertWhole(folder: string, groups: readonly string[]): Promise<void> {
  const { scenarios = [] } = groups[0] === folder ? {} : ((await verdictIn(folder)) ?? {})
  const gone = scenarios.find(({ scenario }) => !groups.includes(join(folder, scenario)))
  if (gone === undefined) return
  throw new UserError(
    `${folder} was judged with ${gone.scenario} in it, and its runs are not there any more.`,
    {
      hint: `Restore the folder ${gone.scenario}, or take ${reporters.json.file} away if that scenario is not to be judged.`,
      reason: 'missing_file',
    },
  )
}

/** What was not compared is no try of a gate that compares. */
function repeatOf(
  run: Run | undefined,
  { noRegressionCheck }: { readonly noRegressionCheck: boolean },
): string {
  const line = run?.file.repeat ?? ''
  const flag = ' --no-regression-check'
  if (!noRegressionCheck || !line.startsWith('vge-perf gate ') || line.includes(flag)) return line
  return `${withoutBaseline(line)}${flag}`
}

/** What no gate kept, or one from before that was kept, is judged by what lies there. */
const unkept = (paired: boolean): Judging => ({
  mode: paired ? 'paired' : 'none',
  waive: [],
  fresh: true,
  minutes: usualMinutes,
})

/** Judges what a folder holds again, from the artefacts alone: also what a crash left. */
export async function judgeStored(
  folder: string,
  options: {
    readonly waive: readonly string[]
    readonly noRegressionCheck: boolean
    /** Every scenario of the verdict that lies there is to be there still. */
    readonly whole?: true
  },
): Promise<{ readonly verdict: Verdict; readonly judged: readonly Judged[] }> {
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}.`, { reason: 'no_report' })
  if (!statSync(folder).isDirectory())
    throw new UserError(`${folder} is a file, not a folder.`, {
      hint: 'Name a folder that `vge-perf gate` or `vge-perf run` wrote, such as reports/<date>.',
      reason: 'no_report',
    })
  const below = readdirSync(folder).map((name) => join(folder, name))
  const groups = isGroup(folder) ? [folder] : below.filter(isGroup)
  // A scenario that lost its list would be one that nobody asked for.
  const headless = groups[0] === folder ? undefined : below.find((one) => !isGroup(one) && holdsArms(one))
  if (headless !== undefined)
    throw new UserError(`${headless} holds a run, and no group.json.`, {
      hint: 'Restore the file, or take the folder away if that scenario is not to be judged.',
      reason: 'missing_file',
    })
  if (groups.length === 0) {
    throw new UserError(`${folder} holds no run: there is no group.json in it.`, {
      hint: 'Name a folder that `vge-perf gate` or `vge-perf run` wrote, such as reports/<date>.',
      reason: 'no_run',
    })
  }
  if (options.whole === true) await assertWhole(folder, groups)
  const judged: Judged[] = []
  const kept: Judging[] = []
  for (const group of groups) {
    // As it was judged when it was measured, unless this command says otherwise.
    const { control, candidate } = await readGroup(group)
    const noRegressionCheck = options.noRegressionCheck || candidate?.file.regressionCheck === false
    const { baseline, ...asked } = (await readJudging(group)) ?? unkept(control !== undefined)
    const judging: Judging = noRegressionCheck
      ? { ...asked, mode: 'none' }
      : { ...asked, ...(baseline === undefined ? {} : { baseline }) }
    kept.push(judging)
    judged.push(
      await judgeFolder(group, {
        ...asJudged(judging),
        waive: [...new Set([...judging.waive, ...options.waive])],
        noRegressionCheck,
        capReached: true,
        // A session that was young enough then does not grow old in a report.
        ...(candidate === undefined ? {} : { now: new Date(candidate.file.startedAt) }),
      }),
    )
  }
  const [first] = judged
  const [{ mode, minutes, baseline } = unkept(first?.control !== undefined)] = kept
  const span = spanOf(judged)
  const candidate = first?.candidate.file.fingerprint.subject ?? {}
  const earlier =
    mode === 'none'
      ? []
      : await earlierGates(folder, {
          ...span,
          candidate,
          scenarios: judged.map((one) => one.verdict),
        })
  const verdict = foldVerdict(
    judged.map((one) => one.verdict),
    {
      tool: `vge-perf ${version()}`,
      mode,
      ...(baseline === undefined ? {} : { baseline: baseline.name }),
      ...span,
      seed: first?.candidate.file.seed ?? '',
      repeat: repeatOf(first?.candidate, options),
      folder,
      control: first?.control?.file.fingerprint.subject ?? {},
      candidate,
      ...(earlier.length === 0 ? {} : { earlier }),
    },
    { minutes },
  )
  return { verdict, judged }
}
