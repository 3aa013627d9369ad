import { join } from 'node:path'
import { isTimed } from '../compare/calibrate.js'
import { openContract } from '../measure/contract.js'
import type { Contract } from '../model/contract.js'
import { exitCode, UserError } from '../model/errors.js'
import type { Verdict } from '../model/verdict.js'
import { profileOf, type FoundScenario } from '../scenario/find.js'
import { forgeReceipts, type Planted } from './forge.js'
import { gate, type GateOptions } from './gate.js'
import { alternates, passesProxy } from './passes-proxy.js'
import { behindProxies } from './proxied.js'
import type { TargetSource } from './targets.js'

export interface SelfTestOptions extends GateOptions {
  /** Fresh targets whose candidate has these faults; absent where somebody else runs the targets. */
  readonly faulty?: (faults: readonly string[]) => TargetSource
}

export interface SelfTestResult {
  readonly scenario: string
  readonly planted: readonly Planted[]
  /** What could not be planted, and why. */
  readonly untested: readonly string[]
}

/** Of the margin that a change must not reach; and no more than four times as slow: a gate that does not see that cannot fail. */
const dosesOf = (reject: number): readonly number[] => [
  ...new Set([1.5 * reject, 3 * reject].map((dose) => Math.min(3, dose))),
]

/** Faults of the embedded platform that break an invariant on every run, and the step that they need, by the invariant. */
const faults: readonly (readonly [invariant: string, fault: string, step?: string])[] = [
  ['tenants-are-apart', 'tenant-leak', 'trespass'],
  ['one-admission-a-ticket', 'double-admission', 'race'],
  ['unique-indexes-stand', 'drop-unique-index'],
  ['one-live-hold-a-seat', 'reserve-race', 'reserve'],
]

const faultFor = ({ scenario }: FoundScenario): (typeof faults)[number] | undefined =>
  faults.find(
    ([invariant, , step]) =>
      scenario.invariants.includes(invariant) && (step === undefined || step in scenario.steps),
  )

/** Short journeys and no audience make a short test. */
const easiest = (scenarios: readonly FoundScenario[], profile: string): FoundScenario | undefined => {
  const effort = ({ scenario }: FoundScenario): number => {
    const { slice, audience } = profileOf(scenario, profile)
    return slice + (audience === undefined ? 0 : audience.joining + 1e9)
  }
  return scenarios.toSorted((a, b) => effort(a) - effort(b))[0]
}

/**
 * Shows that this gate can fail, on one of its scenarios: a slowdown by a proxy on the candidate's side, and a broken invariant.
 * Throws `UserError`, exit 4, reason `self_test_failed`, when it does not go red on each.
 */
export async function selfTest(options: SelfTestOptions): Promise<SelfTestResult> {
  const { contract } = await openContract(options.config)
  const usable = options.scenarios.filter(
    ({ scenario }) => passesProxy(scenario, contract) && alternates(scenario, options.profile),
  )
  const found = easiest(usable.length > 0 ? usable : options.scenarios, options.profile)
  if (found === undefined) throw new UserError('There is no scenario to test the gate with.')
  const { name } = found.scenario
  const planted: Planted[] = []
  const untested: string[] = []
  let folder: string | undefined
  if (options.noRegressionCheck) untested.push('a slowdown: nothing is compared, so that none could be seen')
  else if (usable.length === 0)
    untested.push('a slowdown: no latency of these scenarios both gates and passes a proxy')
  else {
    const slowed = await slowDown(options, found)
    planted.push(slowed.planted)
    folder = slowed.folder
  }
  const broken = await breakInvariant(options, found, contract, folder)
  if (typeof broken === 'string') untested.push(broken)
  else planted.push(broken)
  const missed = planted.filter(({ caught }) => !caught)
  const [first] = missed
  if (first !== undefined) {
    throw new UserError(
      `This gate cannot fail: it did not go red on ${missed.map(({ what }) => what).join(', nor on ')} (${name}). It said: ${first.said}`,
      {
        hint: `The real gate was not run. Are tolerances too wide, is the machine too noisy (vge-perf doctor)? What was measured lies in ${join(options.folder, selfTestFolder)}.`,
        exit: exitCode.failed,
        reason: 'self_test_failed',
      },
    )
  }
  if (planted.length === 0) {
    throw new UserError(`Nothing could be planted to test the gate with: ${untested.join('; ')}.`, {
      hint: 'Choose another scenario with --scenario, or leave --self-test out.',
      exit: exitCode.failed,
      reason: 'self_test_failed',
    })
  }
  return { scenario: name, planted, untested }
}

/** What is in it was planted, and is no measurement of a build. */
export const selfTestFolder = 'self-test'

const inFolder = (options: GateOptions, name: string): string => join(options.folder, selfTestFolder, name)

/** What could not be measured is no answer to what was planted. Throws `UserError` with the verdict's own exit code. */
function assertRan({ outcome, headline, exit, reason, folder }: Verdict): void {
  if (!['interrupted', 'failed', 'invalid', 'wrong_mix'].includes(outcome)) return
  throw new UserError(`The gate could not be tested: ${headline}`, {
    hint: `The real gate was not run. See ${folder}.`,
    exit,
    reason,
  })
}

async function slowDown(
  options: SelfTestOptions,
  found: FoundScenario,
): Promise<{ readonly planted: Planted; readonly folder: string }> {
  const { tolerances, name } = found.scenario
  const plain = options.faulty?.([]) ?? options.source
  const { cores } = options.config.embedded
  const doses = dosesOf(Math.max(...Object.values(tolerances).map(({ reject }) => reject)))
  let last: { planted: Planted; folder: string } | undefined
  for (const dose of doses) {
    const percent = Math.round(dose * 100)
    const what = `answers of the candidate that a proxy made ${percent} % slower`
    options.say({ scenario: '', doing: `self-test on ${name}: ${what}` })
    const folder = inFolder(options, `slower-${percent}`)
    const { verdict } = await gate({
      ...options,
      source: behindProxies(plain, { delay: { kind: 'share', share: dose }, cores }),
      scenarios: [found],
      folder,
      // A pair is taken from two starts; against a baseline one session is all there is.
      starts: plain.arms.length,
    })
    assertRan(verdict)
    const timed = verdict.scenarios.flatMap(({ metrics }) => metrics).filter(isTimed)
    const caught =
      verdict.exit === exitCode.regression && timed.some(({ decision }) => decision === 'regression')
    last = { planted: { what, caught, said: verdict.headline }, folder: join(folder, name) }
    // Too little was seen to tell: a plainer dose is as good a proof. What passed is none.
    if (caught || verdict.exit === exitCode.pass) break
  }
  if (last === undefined) throw new Error('no dose was tried')
  return last
}

/** The fault of the embedded platform, or receipts that were never given; a sentence when neither can be planted. */
async function breakInvariant(
  options: SelfTestOptions,
  found: FoundScenario,
  contract: Contract,
  measured: string | undefined,
): Promise<Planted | string> {
  const { name, invariants } = found.scenario
  if (invariants.length === 0) return `a broken invariant: ${name} promises none`
  const [invariant, fault] = faultFor(found) ?? []
  const once = { ...options, scenarios: [found], noRegressionCheck: true, starts: 1 }
  if (options.faulty !== undefined && fault !== undefined && options.config.contract === undefined) {
    options.say({ scenario: '', doing: `self-test on ${name}: the fault ${fault}` })
    const folder = inFolder(options, fault)
    const { verdict } = await gate({ ...once, source: options.faulty([fault]), folder })
    assertRan(verdict)
    return {
      what: `the fault ${fault} in the candidate`,
      // A build that breaks another one already proves nothing of this.
      caught: verdict.scenarios.some(
        ({ outcome, invariants: results }) =>
          outcome === 'broken' &&
          results.some(({ name: one, status }) => one === invariant && status === 'broken'),
      ),
      said: verdict.headline,
    }
  }
  let group = measured
  if (group === undefined) {
    const folder = inFolder(options, 'honest')
    assertRan((await gate({ ...once, folder })).verdict)
    group = join(folder, name)
  }
  return forgeReceipts(group, {
    contract,
    copy: join(inFolder(options, 'forged'), name),
    waive: options.waive,
  })
}
