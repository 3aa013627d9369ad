import type { App, DeviceCaller, Reply, Req, Route } from '../kernel.js'
import { retrying } from '../database.js'
import { limited } from '../limits.js'
import { keys } from '../redis/keys.js'
import { syncBatch } from '../scanning/batch.js'
import { readBatch } from '../scanning/batch-request.js'

/** POST /api/scans/sync (contract §4, §5): a batch of offline scans, run once. */
async function sync(app: App, req: Req<DeviceCaller>): Promise<Reply> {
  const { caller } = req
  const batch = readBatch(app, caller, req.json)
  const { limit_sync_per_device: limit, limit_sync_window_s: window } = app.settings
  const tooMany = await limited(app, keys.scanRate(caller.organizationId, caller.deviceId), limit, window)
  if (tooMany !== undefined) return tooMany
  return {
    status: 200,
    body: await retrying(() => syncBatch(app, caller, batch)),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }
}

export const syncRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/scans/sync', name: 'sync', auth: 'device', handle: sync },
]
