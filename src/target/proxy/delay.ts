import * as v from 'valibot'

/**
 * How late a proxy lets an answer through: by a fixed time in microseconds, or by a share of the time that the target took for it,
 * 0.2 being a fifth more. That time is taken between the request's last byte and the answer's first, so that no protocol is read.
 */
export type Delay =
  | { readonly kind: 'fixed'; readonly micros: number }
  | { readonly kind: 'share'; readonly share: number }

/** A proxy that is to be told from another by its delay alone. */
export const noDelay: Delay = { kind: 'fixed', micros: 0 }

/** What the proxy's program is told: where each of its ports leads. */
export const orderSchema = v.object({
  delay: v.variant('kind', [
    v.object({ kind: v.literal('fixed'), micros: v.pipe(v.number(), v.minValue(0)) }),
    v.object({ kind: v.literal('share'), share: v.pipe(v.number(), v.minValue(0)) }),
  ]),
  to: v.array(v.object({ host: v.string(), port: v.number() })),
})

export const readySchema = v.object({ ready: v.literal(true), ports: v.array(v.number()) })

/** What a proxy says of itself when it ends. */
export const proxyFactsSchema = v.object({
  /** Pieces of answers that it held back. */
  held: v.number(),
  /** By how much they left later than they should have, microseconds. */
  late: v.object({ p50: v.number(), p99: v.number(), max: v.number() }),
  /** Share of its life in which it asked the clock again and again. */
  spun: v.number(),
})

export type ProxyFacts = Readonly<v.InferOutput<typeof proxyFactsSchema>>

/** Milliseconds by which an answer is held back that took the target `took` milliseconds. */
export function heldBack(delay: Delay, took: number): number {
  return delay.kind === 'fixed' ? delay.micros / 1_000 : took * delay.share
}
