import type { App } from '../kernel.js'

/** With re-entry (C10) a ticket may have several admissions, so that their unique index must go. Run once the schema stands. */
export async function allowReentry({ pg, settings }: App): Promise<void> {
  if (settings.reentry_after_s > 0) await pg.query('DROP INDEX IF EXISTS scans_one_admission_key')
}
