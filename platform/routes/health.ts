import type { App, Reply, Route } from '../kernel.js'

const patienceMs = 2_000

async function alive(probe: Promise<unknown>): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => (timer = setTimeout(reject, patienceMs, new Error('no answer'))))
  try {
    await Promise.race([probe, late])
    return 'ok'
  } catch {
    return 'down'
  } finally {
    clearTimeout(timer)
  }
}

/** 200 when every part answers within two seconds, else 503 (contract §4, health). */
async function handleHealth(app: App): Promise<Reply> {
  const [postgres, redis, pubsub] = await Promise.all([
    alive(app.pg.query('SELECT 1')),
    alive(app.redis.ping()),
    alive(app.bus.roundTrip()),
  ])
  const oban = app.jobs.running() ? 'ok' : 'down'
  const checks = { postgres, redis, pubsub, oban }
  const healthy = Object.values(checks).every((state) => state === 'ok')
  return {
    status: healthy ? 200 : 503,
    body: { status: healthy ? 'ok' : 'degraded', node: app.node, checks },
  }
}

async function handleMetrics(app: App): Promise<Reply> {
  return { status: 200, body: app.metrics.render(), headers: { 'content-type': 'text/plain; version=0.0.4' } }
}

export const healthRoutes: readonly Route[] = [
  { method: 'GET', path: '/health', name: 'health', auth: 'none', handle: handleHealth },
  { method: 'GET', path: '/metrics', name: 'metrics', auth: 'none', handle: handleMetrics },
]
