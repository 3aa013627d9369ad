import { Refusal } from '../errors.js'
import type { Queryable } from '../database.js'
import type { App } from '../kernel.js'

/** Accounts of a sale by number (contract §8, Sale entry). */
const numbers = {
  cash: '1000',
  organizer: '2000',
  tax: '2200',
  platformFee: '5000',
  paymentFee: '5100',
} as const

export interface Line {
  readonly account: string
  readonly debit: number
  readonly credit: number
}

export interface SaleCents {
  readonly subtotal: number
  readonly discount: number
  readonly platformFee: number
  readonly paymentFee: number
  readonly tax: number
  readonly total: number
}

/** The organization's own codes by their number: `1000` → `1000-CASH`. */
async function accountsOf(
  app: App,
  tx: Queryable,
  organizationId: string,
): Promise<ReadonlyMap<string, string>> {
  const hot = app.cache.ledgers.get(organizationId)
  if (hot !== undefined) return hot
  const rows = await tx.query<{ account_code: string }>(
    'SELECT account_code FROM ledger_accounts WHERE organization_id = $1',
    [organizationId],
  )
  const accounts = new Map(
    rows.map(({ account_code }) => [account_code.split('-', 1)[0] ?? account_code, account_code]),
  )
  const missing = Object.values(numbers).filter((number) => !accounts.has(number))
  // The provider tries again, and by then somebody may have opened the accounts.
  if (missing.length > 0) throw new Refusal(500, 'ledger_accounts_missing', { accounts: missing })
  app.cache.ledgers.set(organizationId, accounts)
  return accounts
}

/** The journal lines of a sale: cash debited with what was paid, and its owners credited; one side each, none of zero.
 * Reads on the sale's own connection: a second one, taken while it is held, can lock up the whole pool. */
export async function saleLines(
  app: App,
  tx: Queryable,
  organizationId: string,
  cents: SaleCents,
): Promise<Line[]> {
  const accounts = await accountsOf(app, tx, organizationId)
  const line = (account: keyof typeof numbers, debit: number, credit: number): Line => ({
    account: accounts.get(numbers[account]) ?? numbers[account],
    debit,
    credit,
  })
  return [
    line('cash', cents.total, 0),
    line('organizer', 0, cents.subtotal - cents.discount),
    line('platformFee', 0, cents.platformFee),
    line('paymentFee', 0, cents.paymentFee),
    line('tax', 0, cents.tax),
  ].filter(({ debit, credit }) => debit > 0 || credit > 0)
}
