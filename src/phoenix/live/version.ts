/** How events are written for the server's version of LiveView. */
export interface Dialect {
  /** `_unused_` stands before fields that the user has not touched: from 1.0. */
  readonly unused: boolean
  /** `_target` and the like stand in `meta`, not within the form's text: from 1.0.6. */
  readonly meta: boolean
}

/**
 * By `liveview_version` of the join reply; a server that does not tell is one of 0.20. Source: phoenix-wire §4,
 * "Events".
 */
export function dialectOf(version: string | undefined): Dialect {
  const [major = 0, minor = 0, patch = 0] = (version ?? '0.20').split(/[.-]/, 3).map(Number)
  return { unused: major >= 1, meta: major > 1 || (major === 1 && (minor > 0 || patch >= 6)) }
}
