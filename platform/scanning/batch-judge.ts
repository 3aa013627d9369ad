import { randomUUID } from 'node:crypto'
import type { OfflineScan } from './batch-request.js'
import { reasonAgainst, type TicketAtGate } from './lookup.js'
import { isTicketCode } from './request.js'

/** A ticket of the batch, locked, with the admission that it has. */
export interface LockedTicket extends Pick<
  TicketAtGate,
  'id' | 'event_id' | 'status' | 'scanned_at' | 'gate_event_id' | 'scannable'
> {
  readonly ticket_code: string
  /** The scan that has it; null: none. Only one that was made offline may lose it to an earlier one. */
  readonly admitted_scan: string | null
  readonly admitted_source: string | null
}

export interface JudgedScan {
  readonly scan: OfflineScan
  readonly rowId: string
  readonly ticket: LockedTicket | undefined
  /** Undefined: admitted. */
  readonly reason: string | undefined
  readonly lastScanAt: Date | undefined
}

export interface Judgement {
  /** In the batch's order. */
  readonly scans: readonly JudgedScan[]
  /** Scans that lose their admission to an earlier one of this batch. */
  readonly overruled: readonly string[]
}

/**
 * Decides a whole batch: the earliest corrected time wins a ticket, also over an offline scan of an earlier batch; what a
 * gate admitted online stays. `known`: offline ids of this device that were processed before.
 */
export function judgeBatch(
  scans: readonly OfflineScan[],
  tickets: ReadonlyMap<string, LockedTicket>,
  known: ReadonlySet<string>,
  now: Date,
  settings: { readonly reentryAfterS: number; readonly clockToleranceS: number },
): Judgement {
  const seen = new Set(known)
  const winners = new Map<string, Date>()
  const overruled: string[] = []
  const judged = new Map<OfflineScan, JudgedScan>()
  const judge = (scan: OfflineScan): Omit<JudgedScan, 'scan' | 'rowId'> => {
    const refused = (reason: string, ticket?: LockedTicket, lastScanAt?: Date) => ({
      reason,
      ticket,
      lastScanAt,
    })
    if (seen.has(scan.offlineId)) return refused('already_synced')
    seen.add(scan.offlineId)
    if (!isTicketCode(scan.code)) return refused('invalid_ticket_code')
    if (scan.at.getTime() > now.getTime() + settings.clockToleranceS * 1000) return refused('clock_skew')
    const ticket = tickets.get(scan.code)
    if (ticket === undefined) return refused('ticket_not_found')
    const winner = winners.get(ticket.id)
    if (winner !== undefined) return refused('already_scanned', ticket, winner)
    const reason = reasonAgainst(ticket, scan.at, settings.reentryAfterS)
    if (reason === undefined) {
      winners.set(ticket.id, scan.at)
      return { reason, ticket, lastScanAt: undefined }
    }
    const { admitted_scan: holder, scanned_at: last } = ticket
    const beaten =
      reason === 'already_scanned' &&
      holder !== null &&
      ticket.admitted_source === 'offline' &&
      last !== null &&
      scan.at < last
    if (!beaten) return refused(reason, ticket, last ?? undefined)
    overruled.push(holder)
    winners.set(ticket.id, scan.at)
    return { reason: undefined, ticket, lastScanAt: last }
  }
  for (const scan of scans.toSorted((a, b) => a.at.getTime() - b.at.getTime()))
    judged.set(scan, { scan, rowId: randomUUID(), ...judge(scan) })
  return { scans: scans.flatMap((scan) => judged.get(scan) ?? []), overruled }
}
