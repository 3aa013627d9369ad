import type { ProbeFacts } from '../model/artefact.js'
import type { Contract } from '../model/contract.js'
import { micros } from '../model/time.js'
import type { GroupWriter } from '../store/index.js'
import type { ReadyArm } from './arms.js'

/** The contract's probes as a run records them. */
export function probeFacts({ probes = {} }: Contract): Readonly<Record<string, ProbeFacts>> {
  return Object.fromEntries(
    Object.entries(probes).map(([name, { title, unit, better, atLeast, atMost, during, tolerance }]) => [
      name,
      { title, unit, better, atLeast, atMost, during, tolerance },
    ]),
  )
}

/** Reads what the arms say of themselves right before and after a unit's load, and records the difference. */
export async function withProbes<T>(
  writer: GroupWriter,
  arms: readonly ReadyArm[],
  unit: number,
  signal: AbortSignal,
  load: () => Promise<T>,
): Promise<T> {
  const known = arms.flatMap(({ target, probes }) =>
    probes === undefined || probes.silent !== undefined ? [] : { target, probes },
  )
  await Promise.all(known.map(({ probes }) => probes.begin(signal)))
  const result = await load()
  await Promise.all(
    known.map(async ({ target, probes }) => {
      const run = writer.arm(target.arm)
      for (const sample of await probes.end(signal)) run?.probe({ unit, ...sample })
      if (probes.silent !== undefined)
        run?.event(unit, { at: micros(0), kind: 'no_probes', text: probes.silent })
    }),
  )
  return result
}
