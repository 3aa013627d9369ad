import exec from 'k6/execution'
import { Counter, Trend } from 'k6/metrics'
import type { Receipt } from '../../../model/contract.js'
import type { Arm } from '../../../model/plan.js'
import { monotonic } from '../../journey/clock.js'
import type { Sample, SampleKey, SampleKind, SampleTaker } from '../../journey/sample.js'
import type { Present, Word } from '../orders.js'

// Metrics can be made while the script loads, and then only.
const samples = new Trend('vge_sample')
const receipts = new Counter('vge_receipt')
const words = new Counter('vge_word')

/**
 * What this VU yields, on k6's own stream of samples. Tags name what is of few kinds, since k6 keeps each set of them for ever; what
 * differs each time travels as metadata, which it keeps nowhere. Source: k6 documentation, "Tags and Groups".
 */
export class Stream implements SampleTaker {
  /** Samples and receipts until now, of all runs: each line says which it is, so that none is lost or comes twice unseen. */
  emitted = 0
  /** Number of the order that they belong to. */
  run = 0

  // Asked for once: k6 makes it anew each time.
  private readonly metadata = exec.vu.metrics.metadata

  constructor(private readonly vu: string) {}

  add({ arm, metric, outcome }: SampleKey, n: number, at: number, sample: Sample, kind: SampleKind): void {
    this.emitted += 1
    const { metadata } = this
    metadata.s = `${this.run},${this.emitted},${n},${at},${sample.join(',')}`
    samples.add(sample[0] / 1_000, { vu: this.vu, arm, metric, outcome, kind })
    delete metadata.s
  }

  receipt(arm: Arm, receipt: Receipt): void {
    this.emitted += 1
    const { metadata } = this
    metadata.s = `${this.run},${this.emitted},${JSON.stringify(receipt)}`
    receipts.add(1, { vu: this.vu, arm })
    delete metadata.s
  }

  /** For who reads the samples later: what a parent would be told, with the instant, microseconds since 1970. */
  word(word: Word | Present): void {
    const { metadata } = this
    metadata.s = `${this.run},${this.emitted},${JSON.stringify({ ...word, at: monotonic() })}`
    words.add(1, { vu: this.vu })
    delete metadata.s
  }
}
