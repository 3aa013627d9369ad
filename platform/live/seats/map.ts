import type { App } from '../../kernel.js'
import type { DomainEvent } from '../../realtime/kernel.js'
import type { Shared } from '../rendered.js'
import { SeatModel, type Change, type News, type Seat, type SeatRow } from './model.js'
import { readNews } from './news.js'
import { SeatTexts } from './texts.js'

/** Places of the shared dynamics in the event page's template, one after another. */
export const slots = { available: 4, held: 5, sold: 6, at: 7, version: 8, seats: 9 } as const

const counted = ['available', 'held', 'sold'] as const

/** Somebody who looks at the seat map. */
export interface MapViewer {
  readonly userId: string | undefined
  /** The text of a diff, the same for all viewers. */
  push(diff: string): void
  /** A seat of the viewer's own was gained or lost by something else than this view. */
  own(change: Change): void
}

const shared = (value: () => string | number): Shared => ({
  kind: 'shared',
  json: () => `"${value()}"`,
  html: () => `${value()}`,
})

/** Without changes for so long, counts that differ from Postgres' mean that something was not heard. Milliseconds. */
const quietMs = 250

/**
 * One event's seats on one node, and all who look at them. Every viewer has been told the same, so a change is one text
 * for all of them.
 */
export class SeatMap {
  readonly model: SeatModel
  readonly #texts: SeatTexts
  readonly #viewers = new Set<MapViewer>()
  readonly #byUser = new Map<string, Set<MapViewer>>()
  readonly #listeners = new Set<() => void>()
  readonly #pending = new Map<string, Seat>()
  readonly #told: Record<(typeof counted)[number], number>
  /** The dynamics that all viewers share, under the names of `slots`. */
  readonly shared: Readonly<Record<keyof typeof slots, Shared>>
  #timer: NodeJS.Timeout | undefined
  #changedAt = 0

  constructor(
    readonly app: App,
    rows: readonly SeatRow[],
    readonly reload: () => Promise<readonly SeatRow[]>,
  ) {
    const model = new SeatModel(rows)
    this.model = model
    this.#texts = new SeatTexts(model.seats)
    this.#told = { ...model.counts }
    this.shared = {
      available: shared(() => model.counts.available),
      held: shared(() => model.counts.held),
      sold: shared(() => model.counts.sold),
      at: shared(() => model.at),
      version: shared(() => model.version),
      seats: this.#texts,
    }
  }

  /** From now on the viewer hears of every change; what the map shows at this moment is where it starts from. */
  attach(viewer: MapViewer): void {
    // What waits to be sent is in what the newcomer is shown.
    this.#flush()
    this.#viewers.add(viewer)
    if (viewer.userId === undefined) return
    this.#byUser.set(viewer.userId, (this.#byUser.get(viewer.userId) ?? new Set()).add(viewer))
  }

  detach(viewer: MapViewer): void {
    this.#viewers.delete(viewer)
    const { userId } = viewer
    const same = userId === undefined ? undefined : this.#byUser.get(userId)
    if (userId !== undefined && same?.delete(viewer) === true && same.size === 0) this.#byUser.delete(userId)
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  hear(event: DomainEvent): void {
    const news = readNews(event)
    if (news !== undefined) this.#take(news)
    else if (event.event === 'occupancy_updated') this.#compare(event)
  }

  /** Takes in what Postgres has and nobody told. */
  async refresh(): Promise<void> {
    for (const { id: seatId, status, version, holder } of await this.reload())
      this.#take({ seatId, status, version, holder, at: 0, former: undefined })
  }

  /** No more diffs are sent; for the end of the map. */
  close(): void {
    clearTimeout(this.#timer)
  }

  #take(news: News): void {
    const change = this.model.apply(news)
    if (change === undefined) return
    this.#changedAt = Date.now()
    this.#texts.changed(change.seat)
    if (this.app.seams.viewersHear()) this.#pending.set(change.seat.id, change.seat)
    const { live_batch_ms: batchMs } = this.app.settings
    if (batchMs === 0) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), batchMs).unref()
    for (const whose of new Set([change.gained?.userId, change.lost?.userId]))
      if (whose !== undefined) for (const viewer of this.#byUser.get(whose) ?? []) viewer.own(change)
    for (const listener of this.#listeners) listener()
  }

  #compare({ payload }: DomainEvent): void {
    const { available, held, sold } = this.model.counts
    const { total_available: free, total_held: taken, total_sold: gone } = payload
    const same = free === available && taken === held && gone === sold
    if (same || Date.now() - this.#changedAt < quietMs) return
    // Postgres away: the next count comes in a few seconds.
    this.refresh().catch(() => undefined)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#pending.size === 0) return
    const numbers = this.#numbers()
    const diffWith = (seats: string): string => `{${numbers},"${slots.seats}":${seats}}`
    const text = this.app.seams.viewerDiff(diffWith(this.#texts.diff(this.#pending.values())), () =>
      diffWith(this.#texts.replacement()),
    )
    this.#pending.clear()
    for (const viewer of this.#viewers) viewer.push(text)
  }

  /** Counts that viewers have not been told yet, and the marker. */
  #numbers(): string {
    const { counts, at, version } = this.model
    const parts: string[] = []
    for (const name of counted) {
      if (counts[name] === this.#told[name]) continue
      this.#told[name] = counts[name]
      parts.push(`"${slots[name]}":"${counts[name]}"`)
    }
    return [...parts, `"${slots.at}":"${at}"`, `"${slots.version}":"${version}"`].join(',')
  }
}
