import { cores, startProgram } from './child.js'

/** A program of `bench/programs/` that serves, on the target's core. */
export interface RunningTarget {
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a target and waits until it says its port. */
export async function startTarget(name: string, args: readonly string[] = []): Promise<RunningTarget> {
  const child = startProgram(name, cores.target, args)
  const { port } = (await child.answer()) as { readonly port: number }
  return { url: `http://127.0.0.1:${port}`, port, pid: child.pid, stop: () => child.stop() }
}
