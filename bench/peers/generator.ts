import { cpuOf, cores, startProgram } from '../frame/child.js'
import type { RunningTarget } from '../frame/target.js'
import type { LoadName } from './loads.js'

/** What a generator did in one stretch, and what it took. */
export interface Figures {
  /** Journeys whose every answer was as it should be. */
  readonly journeys: number
  /** CPU of all its processes, microseconds. */
  readonly cpu: number
  /** Of `cpu`, what was no busy waiting for the next instant; only ours waits so. */
  readonly work?: number
  readonly seconds: number
  /** CPU of the target in that time, microseconds. Near all of it, and it was the target that set the pace. */
  readonly targetCpu: number
}

/** A generator as it stands beside others. */
export interface Generator {
  readonly name: string
  /** What is missing here and how to get it; undefined when it can run. */
  missing(): string | undefined
  /** Warms up where it is written in Node, then loads the target as hard as it can. Throws an Error when an answer was not as it should be. */
  measure(target: RunningTarget, load: LoadName): Promise<Figures>
}

/** What a program of `bench/programs/` that is a generator gets as its argument, in JSON. */
export interface Order {
  readonly url: string
  /** Process id of the target. */
  readonly target: number
  readonly load: LoadName
  readonly seconds: number
  /** Journeys a second; as many as it can when absent. */
  readonly rate?: number
}

/** How long the measured stretch is. */
export const stretchSeconds = 3

/** How long a generator in Node runs before: its compilers work meanwhile. */
export const warmSeconds = 3

/** Runs a program on the generator's core, and gives its one answer. */
export async function order<T>(program: string, what: Order): Promise<T> {
  const child = startProgram(program, cores.generator, [JSON.stringify(what)])
  try {
    return (await child.answer()) as T
  } finally {
    await child.stop()
  }
}

/** Begins to count the CPU of a process; returns what gives the microseconds since then. */
export function cpuSince(pid: number): () => number {
  const used = cpuOf(pid)
  return () => cpuOf(pid) - used
}
