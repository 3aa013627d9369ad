import { cores, startProgram } from './child.js'

/** What the target says of itself. */
export interface TargetCounts {
  /** Channels that are joined, views among them. */
  readonly channels: number
  readonly views: number
  /** Diffs since it was started. */
  readonly sent: number
}

/** Asks the target at `url`; `start` makes it send a diff a second to each view, `stop` ends that. */
export async function controlTarget(url: string, word: 'start' | 'stop'): Promise<TargetCounts> {
  return (await (await fetch(`${url}/diffs/${word}`, { method: 'POST' })).json()) as TargetCounts
}

/** Starts the bench's own Phoenix target on its core. */
export async function startTarget() {
  const child = startProgram('phoenix-target', cores.target)
  const { port } = (await child.answer()) as { port: number }
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    control: (word: 'start' | 'stop') => controlTarget(url, word),
    stop: () => child.stop(),
  }
}
