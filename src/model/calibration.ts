import type { formatVersion } from './artefact.js'
import type { Tolerance } from './scenario.js'

/** How well one metric tells equal builds apart from a slower one, on one machine. Spreads are of log ratios, shares from 0. */
export interface CalibratedMetric {
  /** Spread of a unit between equal builds, and what fresh starts add to it. */
  readonly sigma: number
  readonly between: number
  readonly tolerance: Tolerance
  /** Pairs of units after which 97 of 100 gates have caught a change of `tolerance.reject`; absent when 60 do not suffice. */
  readonly pairs?: number | undefined
  /** The smallest change that the gate's cap of units would call a regression four times in five. */
  readonly smallest: number
  readonly mayGate: boolean
  /** The widest `sigma` with which it could gate; of a metric that may not. */
  readonly bearable?: number | undefined
}

/** Gates against a candidate that a proxy slowed down on purpose. */
export interface CalibratedDose {
  /** What the proxy added to each answer, as a share of the time that the target took. */
  readonly dose: number
  readonly caught: number
  readonly missed: number
  readonly inconclusive: number
  /** The change that was read of each metric that may gate: the generator's own part of a latency does not grow. */
  readonly read: Readonly<Record<string, number>>
}

export interface CalibratedScenario {
  readonly scenario: string
  readonly profile: string
  /** ISO 8601. */
  readonly recordedAt: string
  /** Fields of the fingerprint that have to be equal. */
  readonly must: Readonly<Record<string, string>>
  /** Share of the profile's rates that was sent, where it was not all of it. */
  readonly load?: number | undefined
  readonly starts: number
  /** Pairs of units that its latencies had. */
  readonly units: number
  /** The most units that the gate of this configuration takes. */
  readonly cap: number
  /** By name. */
  readonly metrics: Readonly<Record<string, CalibratedMetric>>
  readonly doses: readonly CalibratedDose[]
}

/** `vge-perf.calibration.json`: one entry a scenario and profile. */
export interface Calibration {
  readonly formatVersion: typeof formatVersion
  readonly scenarios: readonly CalibratedScenario[]
}
