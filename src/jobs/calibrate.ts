import { join } from 'node:path'
import { calibrateScenario } from '../compare/calibrate.js'
import type { CalibratedDose, CalibratedScenario } from '../model/calibration.js'
import { exitCode, UserError } from '../model/errors.js'
import type { ScenarioVerdict, Verdict } from '../model/verdict.js'
import type { FoundScenario } from '../scenario/find.js'
import { saveCalibration } from '../store/index.js'
import type { ProxyFacts } from '../target/proxy/delay.js'
import { gate, type GateOptions } from './gate.js'
import { openContract } from '../measure/contract.js'
import { behindProxies } from './proxied.js'
import { passesProxy } from './passes-proxy.js'
import { writeReports } from './report.js'
import { unitsAStart } from './want.js'

export interface CalibrateOptions extends Omit<
  GateOptions,
  'noRegressionCheck' | 'baseline' | 'calibration' | 'starts'
> {
  /** Fresh starts on which equal builds are compared. */
  readonly starts: number
  /** What a proxy adds to the candidate's answers, as shares; none for no test of doses. */
  readonly doses: readonly number[]
  /** Gates a dose. */
  readonly rounds: number
}

export interface CalibrateResult {
  readonly scenarios: readonly CalibratedScenario[]
  /** What equal builds came out as. */
  readonly equal: Verdict
  /** What the proxies said of themselves, a start each. */
  readonly proxies: readonly ProxyFacts[]
}

/** Latencies that are told from a slower build as well as is wished, and those that are not: first equal builds, then doses. */
export async function calibrate(options: CalibrateOptions): Promise<CalibrateResult> {
  const { starts, config, folder } = options
  const asGate = { ...options, noRegressionCheck: false, calibration: undefined }
  const { verdict: equal, judged } = await gate({ ...asGate, starts, folder: join(folder, 'equal') })
  await writeReports(join(folder, 'equal'), equal, judged)
  assertMeasured(equal, 'equal builds')
  options.say({ scenario: '', doing: 'working out which metrics may gate' })
  const cap = Math.floor(config.gate.maxUnits / unitsAStart) * unitsAStart
  let scenarios: readonly CalibratedScenario[] = judged.map(({ verdict, candidate }) =>
    calibrateScenario(verdict, candidate, { each: unitsAStart, most: cap }, new Date()),
  )
  // What is known by now stays when the doses are interrupted.
  await saveCalibration(config.calibration, scenarios)
  const proxies: ProxyFacts[] = []
  const { contract } = await openContract(config)
  const dosed = options.scenarios.filter(({ scenario }) => passesProxy(scenario, contract))
  for (const dose of dosed.length === 0 ? [] : options.doses) {
    const found = await withDose(asGate, dosed, dose, (facts) => proxies.push(facts))
    scenarios = scenarios.map((one) =>
      found.has(one.scenario)
        ? { ...one, doses: [...one.doses, countedUp(one, dose, found.get(one.scenario) ?? [])] }
        : one,
    )
    await saveCalibration(config.calibration, scenarios)
  }
  return { scenarios, equal, proxies }
}

/** Gates of equal builds, the candidate behind a dose: their verdicts by scenario. */
async function withDose(
  options: CalibrateOptions & Pick<GateOptions, 'noRegressionCheck'>,
  scenarios: readonly FoundScenario[],
  dose: number,
  tell: (facts: ProxyFacts) => void,
): Promise<ReadonlyMap<string, readonly ScenarioVerdict[]>> {
  const found = new Map<string, ScenarioVerdict[]>()
  const percent = Number((dose * 100).toFixed(1))
  const { cores } = options.config.embedded
  // Gates as they are: they take the starts that their judge wants.
  const { starts: _, ...asGate } = options
  for (let round = 1; round <= options.rounds; round += 1) {
    options.say({ scenario: '', doing: `dose +${percent} %, gate ${round} of ${options.rounds}` })
    const name = `dose-${percent}-${round}`
    const { verdict } = await gate({
      ...asGate,
      scenarios,
      source: behindProxies(options.source, { delay: { kind: 'share', share: dose }, cores, tell }),
      seed: `${options.seed}-${name}`,
      folder: join(options.folder, name),
    })
    assertMeasured(verdict, `a dose of +${percent} %`)
    for (const one of verdict.scenarios) found.set(one.scenario, [...(found.get(one.scenario) ?? []), one])
  }
  return found
}

/** What cannot be measured tells nothing of noise. Throws `UserError` with the verdict's own exit code. */
function assertMeasured({ outcome, headline, exit, reason, folder }: Verdict, what: string): void {
  if (!['broken', 'failed', 'invalid', 'wrong_mix', 'interrupted'].includes(outcome)) return
  throw new UserError(`Nothing can be learnt from ${what}: ${headline}`, {
    hint:
      outcome === 'interrupted'
        ? 'Run it again.'
        : `See ${folder}. Mend that first: a calibration wants builds that keep their promises.`,
    exit: exit === exitCode.pass ? exitCode.failed : exit,
    reason,
  })
}

/** By the latencies that may gate alone, as a gate would that has the calibration. */
function countedUp(
  { metrics }: CalibratedScenario,
  dose: number,
  verdicts: readonly ScenarioVerdict[],
): CalibratedDose {
  const names = Object.keys(metrics).filter((name) => metrics[name]?.mayGate === true)
  const ended = verdicts.map((verdict) => {
    const gating = verdict.metrics.filter(({ name }) => names.includes(name))
    if (gating.some(({ decision }) => decision === 'regression')) return 'caught'
    const passed =
      gating.length > 0 && gating.every(({ decision }) => ['pass', 'improvement'].includes(decision))
    return passed ? 'missed' : 'inconclusive'
  })
  const count = (word: (typeof ended)[number]): number => ended.filter((one) => one === word).length
  const read = names.flatMap((name) => {
    const changes = verdicts.flatMap(
      (verdict) => verdict.metrics.find((one) => one.name === name)?.change?.mean ?? [],
    )
    return changes.length === 0
      ? []
      : [[name, changes.reduce((sum, one) => sum + one, 0) / changes.length] as const]
  })
  return {
    dose,
    caught: count('caught'),
    missed: count('missed'),
    inconclusive: count('inconclusive'),
    read: Object.fromEntries(read),
  }
}
