/** TTLs, limits and graces; a name ends with its unit. Source: contract §1 (register), §5, §6, §9, §11, column D. */
export const figures = {
  hold_ttl_s: 900,
  expiring_hold_ttl_s: 2,
  hold_release_grace_s: 60,
  reserve_limit_count: 10,
  reserve_window_s: 300,
  webhook_tolerance_s: 300,
  platform_fee_share: 0.025,
  payment_fee_share: 0.015,
  payment_fee_cents: 30,
  vat_share: 0.15,
  seat_price_cents: 25_000,
  gate_capacity_count: 100_000,
  /** Clocks of two machines, and a second's rounding. */
  clock_slack_ms: 1_000,
  /** How long the bitmaps must stand still before the last look. */
  bitmap_stable_ms: 500,
} as const
