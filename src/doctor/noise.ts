import { setImmediate as breathe } from 'node:timers/promises'
import { readMachine, useBetween } from '../machine/use.js'
import { rules } from '../health/rules.js'
import type { Condition } from '../model/condition.js'
import { share } from '../report/format.js'
import { decidePaired, fewestUnits } from '../stats/paired.js'
import type { Check } from './examined.js'
import { failing, ok, warning } from './states.js'

/** What equal work showed. Shares from 0 to 1; undefined where the kernel does not tell. */
interface NoiseReading {
  /** ln(B / A) of the times of neighbouring blocks of equal work. */
  readonly logRatios: readonly number[]
  /** Of the time of all cores: what the hypervisor gave to other machines. */
  readonly steal: number | undefined
  /** Of the time: this thread was ready and had no core. */
  readonly waited: number | undefined
}

/** Milliseconds: many blocks in three seconds, and each of them many times as long as an interrupt. */
const block = 25

/** A chain in which each round needs the one before: nothing for the compiler to leave out or to do at once. */
function spin(rounds: number): number {
  let state = 1
  for (let round = 0; round < rounds; round += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
  }
  return state
}

const timed = (rounds: number): number => {
  const begun = performance.now()
  // A xorshift of 32 bits never comes to 0.
  return spin(rounds) === 0 ? Number.NaN : performance.now() - begun
}

/** Rounds that take about one block; the first tries also warm the compiler up. */
const roundsOfBlock = (): number => {
  let rounds = 100_000
  let [took, quickest] = [0, Infinity]
  for (let turn = 0; turn < 12; turn += 1) {
    took = timed(rounds)
    quickest = Math.min(quickest, took / rounds)
    if (took < block / 2) rounds *= 2
  }
  return Math.max(1_000, Math.round(block / quickest))
}

/** Equal blocks A and B by turns, AB then BA so that a drift is in both, for `time` milliseconds; a few pairs at least. */
async function readNoise(time: number): Promise<NoiseReading> {
  const rounds = roundsOfBlock()
  const before = readMachine()
  const begun = performance.now()
  const logRatios: number[] = []
  while (logRatios.length < fewestUnits || performance.now() - begun < time) {
    const [first, second] = [timed(rounds), timed(rounds)]
    logRatios.push(logRatios.length % 2 === 0 ? Math.log(second / first) : Math.log(first / second))
    // So that Ctrl-C is heard.
    await breathe()
  }
  const { steal, runDelay } = useBetween(before, readMachine(), (performance.now() - begun) * 1_000)
  return { logRatios, steal, waited: runDelay }
}

const limitsOf = (rule: string): { readonly degraded: number; readonly invalid: number } => {
  const { degraded = Infinity, invalid = Infinity } = rules.find(({ name }) => name === rule) ?? {}
  return { degraded, invalid }
}

/** The built-in scenarios ignore a change of 5 % and must exclude one of 20 %: noise of a bare loop that hides these hides them there too. */
const hides = { degraded: 0.05, invalid: 0.2 }

export function judgeNoise({ logRatios, steal, waited }: NoiseReading): Condition {
  const name = 'noise'
  const units = logRatios.map((logRatio) => ({ group: 0, logRatio }))
  // The gate's own test, with nothing ignored: what is left is what noise hides.
  const { sigma, smallest } = decidePaired(
    units,
    { ignore: 0, reject: 1 },
    { planned: [units.length], final: true },
  )
  const told = Math.expm1(smallest)
  const figures = [
    { value: told, ...hides },
    { value: steal ?? 0, ...limitsOf('steal') },
    { value: waited ?? 0, ...limitsOf('run-queue') },
  ]
  const known = [
    ...(steal === undefined ? [] : [`steal ${share(steal)}`]),
    ...(waited === undefined ? [] : [`waited for a core ${share(waited)} of the time`]),
  ]
  const found = [
    `equal blocks of a bare loop spread by ${share(sigma)}: in one unit a change below ${share(told)} could not be told`,
    ...known,
  ].join('; ')
  const remedy =
    (steal ?? 0) > limitsOf('steal').degraded
      ? 'The hypervisor gives this machine’s cores to others: use one with cores of its own, or another hour.'
      : 'End what else runs on this machine (`top` shows it), or hold the generator to a quiet core with --cores.'
  if (figures.some(({ value, invalid }) => value > invalid)) return failing(name, found, remedy)
  if (figures.some(({ value, degraded }) => value > degraded)) return warning(name, found, remedy)
  return ok(name, found)
}

/** An A/A of a bare loop: how far apart equal things are on this machine. */
export const noise: Check = async ({ noise: time }) => [judgeNoise(await readNoise(time))]
