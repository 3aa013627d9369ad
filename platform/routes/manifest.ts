import { isUuid } from '../catalogue.js'
import { refuse } from '../errors.js'
import type { App, DeviceCaller, Reply, Req, Route } from '../kernel.js'
import { manifestFor } from '../scanning/manifest.js'
import { readTime } from '../scanning/request.js'

/** GET /api/scanning/events/{id}/manifest?device_time= (contract §4). */
async function manifest(app: App, req: Req<DeviceCaller>): Promise<Reply> {
  const { id } = req.params
  const deviceTime = readTime(req.query.get('device_time') ?? undefined)
  const body = isUuid(id) ? await manifestFor(app, req.caller, id, deviceTime) : undefined
  if (body === undefined) return refuse(404, 'event_not_found')
  return { status: 200, body, headers: { 'content-type': 'application/json; charset=utf-8' } }
}

export const manifestRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/scanning/events/:id/manifest',
    name: 'manifest',
    auth: 'device',
    handle: manifest,
  },
]
