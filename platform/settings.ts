/**
 * Every figure that the platform works by, with the defaults of the contract (§5, §11).
 * A name ends with its unit; a limit of 0 means that the limit is off.
 */
export const defaults = {
  /** Life of a hold (C1). An event's own `hold_ttl_s` column wins over it. */
  hold_ttl_s: 900,
  checkout_ttl_s: 900,
  /** A hold outlives its checkout by this much (C2), and its Redis lock outlives the hold by `lock_grace_s`. */
  checkout_grace_s: 300,
  lock_grace_s: 60,
  sweep_interval_ms: 250,
  occupancy_ttl_s: 10,
  /** How long changes gather until an event's or a gate's occupancy is broadcast (contract §7). */
  occupancy_debounce_ms: 5_000,
  gate_debounce_ms: 250,
  /** A socket from which nothing has come for this long is closed. */
  socket_idle_s: 60,
  socket_max_channels: 20,
  /** Bytes that may wait for a reader that is slow; then it is cut off. */
  socket_backlog_bytes: 1_048_576,
  socket_max_frame_bytes: 8_388_608,
  session_ttl_s: 43_200,
  /** Signs session cookies and the tokens in pages; the same on every node. */
  session_secret: 'session_reference_platform_of_voelgoedevents',
  /** Changes of seats within this time reach a seat map as one diff; 0: each at once, as LiveView does it. */
  live_batch_ms: 0,
  /** A seat map that nobody uses is kept current for this long. */
  live_linger_ms: 10_000,
  /** A gate's page counts its scans at most this often. */
  live_recount_ms: 100,
  provider_delay_ms: 50,
  webhook_secret: 'whsec_reference_platform',
  webhook_tolerance_s: 300,
  manifest_secret: 'manifest_reference_platform',
  limit_reserve_per_user: 10,
  limit_reserve_window_s: 300,
  limit_checkout_per_user_event: 1,
  limit_checkout_window_s: 5,
  limit_public_per_ip: 0,
  limit_public_window_s: 60,
  limit_sync_per_device: 10,
  limit_sync_window_s: 60,
  limit_scan_per_device: 0,
  limit_scan_window_s: 60,
  limit_login_per_ip: 60,
  limit_login_per_email_ip: 10,
  limit_login_per_email: 20,
  /** 0: one admission a ticket (C10). */
  reentry_after_s: 0,
  duplicate_scan_window_s: 300,
  scan_clock_tolerance_s: 300,
  sync_max_scans: 10_000,
  sync_max_age_s: 86_400,
  pool_size: 10,
  job_concurrency: 2,
}

export type Settings = Readonly<typeof defaults>

/**
 * Defaults with `KEY=VALUE` words laid over them.
 * @throws Error naming the word, when the key is unknown or its value is not of the default's type.
 */
export function readSettings(words: readonly string[]): Settings {
  const settings: Record<string, number | string> = { ...defaults }
  for (const word of words) {
    const cut = word.indexOf('=')
    const [key, value] = [word.slice(0, Math.max(cut, 0)), word.slice(cut + 1)]
    const known = settings[key]
    if (known === undefined)
      throw new Error(
        `setting "${word}" is not known; expected KEY=VALUE with KEY one of ${Object.keys(defaults).join(', ')}`,
      )
    if (typeof known === 'string') settings[key] = value
    else if (value !== '' && Number.isFinite(Number(value)) && Number(value) >= 0)
      settings[key] = Number(value)
    else throw new Error(`setting "${key}" is "${value}"; expected a number that is not negative`)
  }
  return settings as Settings
}
