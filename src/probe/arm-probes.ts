import type { Contract, HttpOperation, RequestTools } from '../model/contract.js'
import { messageOf } from '../model/errors.js'
import { changeOf } from './change.js'
import type { Reading } from './prometheus.js'
import { readNode } from './read.js'

/** A figure of one stretch of load. */
export interface Probed {
  readonly name: string
  readonly value: number
}

/** Reads the metrics of one arm's nodes before and after a stretch of load, and takes from them what the contract's probes want. */
export class ArmProbes {
  private readonly operation: HttpOperation | undefined
  private before: readonly Reading[] | undefined
  private why: string | undefined

  constructor(
    private readonly contract: Pick<Contract, 'operations' | 'metrics' | 'probes'>,
    private readonly urls: readonly string[],
    private readonly headers: Readonly<Record<string, string>>,
    private readonly tools: RequestTools,
  ) {
    const operation = contract.operations[contract.metrics ?? 'metrics']
    const wanted = Object.keys(contract.probes ?? {}).length > 0
    this.operation = wanted && operation?.kind === 'http' ? operation : undefined
  }

  /** Why there is nothing to probe: a node that once could not be read is not asked again. */
  get silent(): string | undefined {
    return this.why
  }

  /** Reads every node. Never rejects: what cannot be read is no data. */
  async begin(signal: AbortSignal): Promise<void> {
    this.before = await this.read(signal)
  }

  /** Reads every node again and tells what happened since `begin`; a probe that lacks what it needs has no figure. */
  async end(signal: AbortSignal): Promise<readonly Probed[]> {
    const { before } = this
    this.before = undefined
    const after = before === undefined ? undefined : await this.read(signal)
    if (before === undefined || after === undefined) return []
    const change = changeOf(before, after)
    return Object.entries(this.contract.probes ?? {}).flatMap(([name, { of }]) => {
      const value = of(change)
      return value === undefined || !Number.isFinite(value) ? [] : [{ name, value }]
    })
  }

  private async read(signal: AbortSignal): Promise<readonly Reading[] | undefined> {
    const { operation } = this
    if (operation === undefined || this.why !== undefined) return undefined
    try {
      return await Promise.all(
        this.urls.map((url) => readNode(url, operation, this.headers, this.tools, signal)),
      )
    } catch (error) {
      // An interrupted reading says nothing of the target.
      if (!signal.aborted) this.why = messageOf(error)
      return undefined
    }
  }
}
