import { markdown } from '../frame/table.js'
import type { Point } from './curve.js'
import type { Replayed } from './replays.js'
import type { Cell } from './spreads.js'

const percent = (share: number, digits = 1): string => (100 * share).toFixed(digits)

/** Every kind of noise at every spread. */
export function cellsTable(cells: readonly Cell[]): string {
  return markdown(
    [
      'noise',
      'σ %',
      'false %',
      'at δ %',
      '+10 % caught %',
      'unconfirmed %',
      'passed %',
      'pairs',
      'clean: passed %',
      'starts',
    ],
    cells.map(({ noise, sigma, same, margin, worse }) => [
      noise,
      percent(sigma, 0),
      percent(same.regression, 2),
      percent(margin.regression, 2),
      percent(worse.regression),
      percent(worse.unconfirmed),
      percent(worse.pass, 2),
      worse.units.toFixed(1),
      percent(same.pass),
      String(same.startsToPass),
    ]),
  )
}

/** The operating curve: what is called a regression, in percent of the sessions; of ours also the other two answers. */
export function curveTable(points: readonly Point[]): string {
  const names = Object.keys(points[0]?.answers ?? {})
  const pairs = names.map((name) => `${name} (${(points[0]?.answers[name]?.units ?? NaN).toFixed(0)})`)
  return markdown(
    ['true change %', ...pairs, 'ours: passed', 'undecided', 'pairs'],
    points.map(({ effect, answers }) => [
      percent(effect),
      ...names.map((name) => percent(answers[name]?.regression ?? NaN)),
      percent(answers['ours']?.pass ?? NaN),
      percent(answers['ours']?.inconclusive ?? NaN),
      (answers['ours']?.units ?? NaN).toFixed(1),
    ]),
  )
}

/** What was replayed, a metric a line. */
export function replayTable(replayed: readonly Replayed[]): string {
  return markdown(
    [
      'metric',
      'starts',
      'σ %',
      'starts %',
      'lag',
      'false %',
      'clean: passed %',
      '+10 % caught %',
      'passed %',
      'own margins: false %',
      'clean: passed %',
    ],
    replayed.map(({ pool, same, worse, own }) => [
      pool.name,
      String(pool.starts.length),
      percent(pool.sigma),
      percent(pool.ofStarts),
      pool.lag.toFixed(2),
      percent(same.regression, 2),
      percent(same.pass),
      percent(worse.regression),
      percent(worse.pass),
      percent(own.regression, 2),
      percent(own.pass),
    ]),
  )
}
