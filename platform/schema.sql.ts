/**
 * The schema of contract §8: its tables, columns and unique indexes under names of their own, so that a fault can drop
 * one and an error can name it. Applied in one transaction at the first start.
 */
const column = {
  id: 'id uuid PRIMARY KEY DEFAULT gen_random_uuid()',
  tenant: 'organization_id uuid NOT NULL',
  at: 'inserted_at timestamptz NOT NULL DEFAULT now()',
}

const tables: Readonly<Record<string, string>> = {
  organizations: `${column.id}, name text NOT NULL DEFAULT '', slug text NOT NULL, status text NOT NULL DEFAULT 'active', ${column.at}`,
  users: `${column.id}, email text NOT NULL, password_hash text NOT NULL DEFAULT '', ${column.at}`,
  memberships: `${column.id}, ${column.tenant}, user_id uuid NOT NULL, role text NOT NULL DEFAULT 'viewer',
    status text NOT NULL DEFAULT 'active', ${column.at}`,
  sessions: `token_hash text PRIMARY KEY, ${column.tenant}, user_id uuid NOT NULL, expires_at timestamptz NOT NULL, ${column.at}`,
  events: `${column.id}, ${column.tenant}, name text NOT NULL DEFAULT '', slug text NOT NULL, status text NOT NULL DEFAULT 'draft',
    start_at timestamptz, end_at timestamptz, sale_start_at timestamptz, sale_end_at timestamptz,
    capacity int NOT NULL DEFAULT 0, hold_ttl_s int, ${column.at}`,
  blocks: `${column.id}, ${column.tenant}, event_id uuid NOT NULL, name text NOT NULL, price_cents bigint NOT NULL, ${column.at}`,
  seats: `${column.id}, ${column.tenant}, event_id uuid NOT NULL, block_id uuid NOT NULL, row_letter text NOT NULL,
    seat_number text NOT NULL, seat_index int NOT NULL,
    status text NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'held', 'sold', 'blocked')),
    held_until timestamptz, seat_hold_id uuid, ticket_id uuid, version int NOT NULL DEFAULT 1, ${column.at}`,
  seat_holds: `${column.id}, ${column.tenant}, seat_id uuid NOT NULL, event_id uuid NOT NULL, user_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'converted', 'expired', 'cancelled')),
    held_until timestamptz NOT NULL, source text NOT NULL DEFAULT 'web', cart_token text, release_reason text,
    converted_at timestamptz, expired_at timestamptz, cancelled_at timestamptz, ${column.at}`,
  ticket_types: `${column.id}, ${column.tenant}, event_id uuid NOT NULL, name text NOT NULL DEFAULT '', price_cents bigint NOT NULL DEFAULT 0,
    total_quantity int NOT NULL DEFAULT 0, sold_count int NOT NULL DEFAULT 0, held_count int NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 1, ${column.at}`,
  checkouts: `${column.id}, ${column.tenant}, user_id uuid NOT NULL, event_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'started' CHECK (status IN ('started', 'awaiting_payment', 'completed', 'abandoned', 'failed', 'cancelled')),
    subtotal_cents bigint NOT NULL, discount_cents bigint NOT NULL DEFAULT 0, platform_fee_cents bigint NOT NULL,
    payment_fee_cents bigint NOT NULL, tax_cents bigint NOT NULL, total_cents bigint NOT NULL, coupon_code text,
    expires_at timestamptz NOT NULL, payment_reference text, completed_at timestamptz, cancel_reason text, notes text, ${column.at}`,
  checkout_items: `${column.id}, ${column.tenant}, checkout_id uuid NOT NULL, seat_hold_id uuid NOT NULL, seat_id uuid NOT NULL,
    price_cents bigint NOT NULL, ${column.at}`,
  tickets: `${column.id}, ${column.tenant}, event_id uuid NOT NULL, seat_id uuid NOT NULL, user_id uuid NOT NULL, checkout_id uuid,
    ticket_code text NOT NULL, status text NOT NULL DEFAULT 'active'
      CHECK (status IN ('active', 'scanned', 'used', 'voided', 'refunded')),
    scanned_at timestamptz, last_gate_id uuid, scan_count int NOT NULL DEFAULT 0, ${column.at}`,
  gates: `${column.id}, ${column.tenant}, event_id uuid NOT NULL, name text NOT NULL, capacity int, ${column.at}`,
  scan_devices: `${column.id}, ${column.tenant}, gate_id uuid NOT NULL, token_hash text NOT NULL, status text NOT NULL DEFAULT 'active', ${column.at}`,
  scans: `${column.id}, ${column.tenant}, event_id uuid, ticket_id uuid, ticket_code text, gate_id uuid NOT NULL, device_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('admitted', 'denied')), reason text, scanned_at timestamptz NOT NULL,
    source text NOT NULL DEFAULT 'online', batch_id uuid, scan_id text, ${column.at}`,
  batch_syncs: `${column.id}, ${column.tenant}, batch_id uuid NOT NULL, device_id uuid NOT NULL, processed_count int NOT NULL,
    error_count int NOT NULL, reply text, ${column.at}`,
  transactions: `${column.id}, ${column.tenant}, checkout_id uuid NOT NULL, provider text NOT NULL, provider_transaction_id text NOT NULL,
    payment_reference text NOT NULL, amount_cents bigint NOT NULL, currency text NOT NULL DEFAULT 'ZAR', status text NOT NULL,
    reply text, ${column.at}`,
  journal_entries: `${column.id}, ${column.tenant}, reference_type text NOT NULL, reference_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'posted', entry_date date NOT NULL DEFAULT current_date, ${column.at}`,
  journal_entry_line_items: `${column.id}, ${column.tenant}, journal_entry_id uuid NOT NULL, account_code text NOT NULL,
    debit_cents bigint NOT NULL DEFAULT 0, credit_cents bigint NOT NULL DEFAULT 0, ${column.at},
    CONSTRAINT journal_line_one_side CHECK ((debit_cents > 0) <> (credit_cents > 0))`,
  ledger_accounts: `${column.id}, ${column.tenant}, account_code text NOT NULL, account_type text NOT NULL, ${column.at}`,
  audit_logs: `${column.id}, ${column.tenant}, action text NOT NULL, entity_type text NOT NULL, entity_id uuid NOT NULL,
    details jsonb NOT NULL DEFAULT '{}', ${column.at}`,
  nodes: `id uuid PRIMARY KEY, name text NOT NULL, port int NOT NULL, pid int NOT NULL, ${column.at}`,
}

/** Unique indexes that the contract promises, by name: table and columns. */
export const uniqueIndexes: Readonly<Record<string, string>> = {
  organizations_slug_key: 'organizations (slug)',
  users_email_key: 'users (lower(email))',
  memberships_user_org_key: 'memberships (user_id, organization_id)',
  events_org_slug_key: 'events (organization_id, slug)',
  seats_event_row_number_key: 'seats (event_id, row_letter, seat_number)',
  seats_event_index_key: 'seats (event_id, seat_index)',
  seat_holds_one_active_key: "seat_holds (seat_id) WHERE status = 'active'",
  checkout_items_checkout_seat_key: 'checkout_items (checkout_id, seat_id)',
  tickets_org_code_key: 'tickets (organization_id, ticket_code)',
  tickets_one_live_per_seat_key: "tickets (event_id, seat_id) WHERE status IN ('active', 'scanned', 'used')",
  scan_devices_token_key: 'scan_devices (token_hash)',
  scans_scan_id_key: 'scans (organization_id, scan_id)',
  scans_one_admission_key: "scans (ticket_id) WHERE status = 'admitted'",
  batch_syncs_org_batch_key: 'batch_syncs (organization_id, batch_id)',
  transactions_provider_id_key: 'transactions (provider, provider_transaction_id)',
  transactions_reference_key: 'transactions (payment_reference)',
  journal_entries_reference_key: 'journal_entries (reference_type, reference_id)',
  ledger_accounts_org_code_key: 'ledger_accounts (organization_id, account_code)',
}

const otherIndexes: Readonly<Record<string, string>> = {
  memberships_org_idx: 'memberships (organization_id)',
  sessions_org_idx: 'sessions (organization_id)',
  events_org_status_start_idx: 'events (organization_id, status, start_at)',
  blocks_event_idx: 'blocks (event_id)',
  seats_org_event_status_idx: 'seats (organization_id, event_id, status)',
  seats_block_idx: 'seats (block_id)',
  seat_holds_due_idx: "seat_holds (held_until) WHERE status = 'active'",
  seat_holds_event_status_idx: 'seat_holds (event_id, status)',
  seat_holds_org_user_status_idx: 'seat_holds (organization_id, user_id, status)',
  seat_holds_seat_idx: 'seat_holds (seat_id)',
  ticket_types_org_event_idx: 'ticket_types (organization_id, event_id)',
  checkouts_user_event_status_idx: 'checkouts (user_id, event_id, status)',
  checkouts_expires_idx: 'checkouts (expires_at)',
  checkouts_org_idx: 'checkouts (organization_id)',
  checkout_items_org_idx: 'checkout_items (organization_id)',
  tickets_scan_idx: 'tickets (event_id, ticket_code) INCLUDE (status, scanned_at, user_id)',
  tickets_org_event_status_idx: 'tickets (organization_id, event_id, status)',
  tickets_checkout_idx: 'tickets (checkout_id)',
  gates_org_event_idx: 'gates (organization_id, event_id)',
  scan_devices_org_gate_idx: 'scan_devices (organization_id, gate_id)',
  scans_ticket_gate_idx: 'scans (ticket_id, gate_id)',
  scans_gate_at_idx: 'scans (gate_id, scanned_at)',
  scans_event_at_idx: 'scans (event_id, scanned_at)',
  transactions_checkout_idx: 'transactions (checkout_id)',
  transactions_org_idx: 'transactions (organization_id)',
  journal_entries_org_date_idx: 'journal_entries (organization_id, entry_date)',
  journal_lines_entry_idx: 'journal_entry_line_items (journal_entry_id)',
  journal_lines_org_idx: 'journal_entry_line_items (organization_id)',
  audit_logs_org_at_idx: 'audit_logs (organization_id, inserted_at)',
}

const named = (kind: string, indexes: Readonly<Record<string, string>>): string[] =>
  Object.entries(indexes).map(([name, on]) => `CREATE ${kind} IF NOT EXISTS ${name} ON ${on}`)

/** Statements in order; each may be run again without harm. */
export const schema: readonly string[] = [
  ...Object.entries(tables).map(([name, columns]) => `CREATE TABLE IF NOT EXISTS ${name} (${columns})`),
  ...named('UNIQUE INDEX', uniqueIndexes),
  ...named('INDEX', otherIndexes),
]

/** Tables that hold a tenant's rows. */
export const tenantTables: readonly string[] = Object.keys(tables).filter(
  (name) => !['organizations', 'users', 'nodes'].includes(name),
)
