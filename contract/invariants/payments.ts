import type { Invariant, Offender, TruthTools } from 'vge-perf'
import { byText, factsOf, text } from './facts.js'
import { liveTicket, organizations, receiptsOf, rowsOf, select } from './scope.js'

const differingReplies = (tools: TruthTools): readonly Offender[] =>
  [...byText(factsOf(tools, 'webhook'), 'id')].flatMap(([id, facts]) => {
    const given = new Set(
      facts.filter((fact) => text(fact, 'outcome') !== 'error').map((fact) => text(fact, 'reply')),
    )
    return given.size > 1
      ? [
          {
            id,
            what: `was answered in ${given.size} ways: ${[...given].slice(0, 2).join(' and ')}`,
          },
        ]
      : []
  })

/** Contract I10. */
export const webhookExactlyOnce: Invariant = {
  id: 'I10',
  title: 'A payment counts once, however often its webhook comes',
  needs: ['sql'],
  about: rowsOf('payments', 'transactions'),
  wire: differingReplies,
  store: (tools) =>
    select(
      tools,
      `WITH paid AS (
         SELECT checkout_id, count(*) AS n FROM transactions WHERE organization_id = ANY($1::uuid[]) GROUP BY checkout_id
       ), posted AS (
         SELECT reference_id, count(*) AS n FROM journal_entries
         WHERE organization_id = ANY($1::uuid[]) AND status = 'posted' GROUP BY reference_id
       )
       SELECT checkouts.id, 'is paid by ' || coalesce(paid.n, 0) || ' transactions and ' || coalesce(posted.n, 0)
         || ' journal entries' AS what
       FROM checkouts LEFT JOIN paid ON paid.checkout_id = checkouts.id LEFT JOIN posted ON posted.reference_id = checkouts.id
       WHERE checkouts.organization_id = ANY($1::uuid[]) AND (paid.n > 1 OR posted.n > 1)`,
    ),
}

/** Contract I11. */
export const allOrNothing: Invariant = {
  id: 'I11',
  title: 'A checkout is sold in whole or not at all',
  needs: ['sql'],
  about: rowsOf('checkouts', 'checkouts'),
  store: async (tools) => {
    const halves = await select(
      tools,
      `WITH items AS (
         SELECT item.checkout_id, count(*) AS n, count(*) FILTER (WHERE hold.status = 'converted') AS converted,
           count(*) FILTER (WHERE seat.status = 'sold') AS sold
         FROM checkout_items item JOIN seat_holds hold ON hold.id = item.seat_hold_id JOIN seats seat ON seat.id = item.seat_id
         WHERE item.organization_id = ANY($1::uuid[]) GROUP BY item.checkout_id
       ), issued AS (
         SELECT checkout_id, count(*) AS n FROM tickets
         WHERE organization_id = ANY($1::uuid[]) AND status IN ${liveTicket} GROUP BY checkout_id
       ), posted AS (
         SELECT reference_id, count(*) AS n FROM journal_entries
         WHERE organization_id = ANY($1::uuid[]) AND status = 'posted' GROUP BY reference_id
       )
       SELECT checkouts.id, 'is ' || checkouts.status || ': ' || coalesce(items.n, 0) || ' items, ' || coalesce(issued.n, 0)
         || ' tickets, ' || coalesce(items.converted, 0) || ' holds converted, ' || coalesce(items.sold, 0) || ' seats sold, '
         || coalesce(posted.n, 0) || ' journal entries' AS what
       FROM checkouts LEFT JOIN items ON items.checkout_id = checkouts.id LEFT JOIN issued ON issued.checkout_id = checkouts.id
         LEFT JOIN posted ON posted.reference_id = checkouts.id
       WHERE checkouts.organization_id = ANY($1::uuid[]) AND NOT coalesce(CASE WHEN checkouts.status = 'completed'
         THEN coalesce(items.n, 0) > 0 AND issued.n = items.n AND items.converted = items.n AND items.sold = items.n AND posted.n >= 1
         ELSE issued.n IS NULL AND coalesce(items.converted, 0) = 0 AND posted.n IS NULL END, false)`,
    )
    const sales = factsOf(tools, 'sale').map((fact) => text(fact, 'checkout'))
    const unfinished = await tools.sql.query<Offender>(
      `SELECT told.id, 'was told sold, but is ' || coalesce(checkouts.status, 'not in the database') AS what
       FROM unnest($1::uuid[]) AS told (id) LEFT JOIN checkouts ON checkouts.id = told.id
       WHERE checkouts.status IS DISTINCT FROM 'completed'`,
      [sales],
    )
    return [...halves, ...unfinished]
  },
}

/** Contract I12, §8 "Sale entry". */
export const ledgerBalances: Invariant = {
  id: 'I12',
  title: 'Every journal entry balances, and its cash is what was paid',
  needs: ['sql'],
  about: rowsOf('journal entries', 'journal_entries'),
  // Joined here and not in SQL: tables that just filled up have no statistics, and a bad plan takes a quarter of a minute.
  store: async (tools) => {
    const tenants = [await organizations(tools)]
    const [entries, lines, costs, payments] = await Promise.all([
      tools.sql.query<{ id: string; checkout: string }>(
        `SELECT id, reference_id AS checkout FROM journal_entries
         WHERE organization_id = ANY($1::uuid[]) AND status = 'posted'`,
        tenants,
      ),
      tools.sql.query<{ id: string; n: number; debit: number; credit: number }>(
        `SELECT journal_entry_id AS id, count(*)::int AS n, sum(debit_cents)::float8 AS debit, sum(credit_cents)::float8 AS credit
         FROM journal_entry_line_items WHERE organization_id = ANY($1::uuid[]) GROUP BY journal_entry_id`,
        tenants,
      ),
      tools.sql.query<{ id: string; total: number }>(
        'SELECT id, total_cents::float8 AS total FROM checkouts WHERE organization_id = ANY($1::uuid[])',
        tenants,
      ),
      tools.sql.query<{ id: string; paid: number }>(
        `SELECT checkout_id AS id, sum(amount_cents)::float8 AS paid FROM transactions
         WHERE organization_id = ANY($1::uuid[]) GROUP BY checkout_id`,
        tenants,
      ),
    ])
    const sums = new Map(lines.map((line) => [line.id, line]))
    const totals = new Map(costs.map(({ id, total }) => [id, total]))
    const paid = new Map(payments.map((payment) => [payment.id, payment.paid]))
    return entries.flatMap(({ id, checkout }) => {
      const { n, debit, credit } = sums.get(id) ?? { n: 0, debit: 0, credit: 0 }
      const total = totals.get(checkout)
      const cash = paid.get(checkout) ?? 0
      const sound = n >= 2 && debit === credit && (total === undefined || (debit === total && cash === total))
      const of = total === undefined ? 'none' : checkout
      const what = `has ${n} lines, debit ${debit}, credit ${credit}; checkout ${of} costs ${total ?? 0}, paid ${cash}`
      return sound ? [] : [{ id, what }]
    })
  },
}

/** Contract I16. */
export const badWebhooksRefused: Invariant = {
  id: 'I16',
  title: 'A webhook with a wrong signature, time or amount changes nothing',
  needs: ['sql'],
  about: receiptsOf('false webhooks', 'lie'),
  wire: (tools) =>
    factsOf(tools, 'lie')
      .filter((fact) => text(fact, 'outcome') === 'accepted')
      .map((fact) => ({
        id: text(fact, 'id'),
        what: `was accepted though it was a lie: ${text(fact, 'lie')}`,
      })),
  store: async (tools) =>
    tools.sql.query<Offender>(
      `SELECT provider_transaction_id AS id, 'left a transaction of ' || amount_cents || ' cents' AS what
       FROM transactions WHERE provider_transaction_id = ANY($1::text[])`,
      [factsOf(tools, 'lie').map((fact) => text(fact, 'id'))],
    ),
}
