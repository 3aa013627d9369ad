import type { Run, UnitReceipt } from '../model/artefact.js'

/** Kinds of the receipts that were promised for a win. */
export const winKinds = ({ file }: Run): ReadonlySet<string> =>
  new Set(Object.values(file.promises.wins).flatMap((outcomes) => Object.values(outcomes)))

/** When a win was told to its journey, milliseconds since 1970; undefined of facts that do not say so. */
export const answeredAt = ({ fact: { answered } }: UnitReceipt): number | undefined =>
  typeof answered === 'number' ? answered : undefined
