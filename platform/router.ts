import findMyWay from 'find-my-way'
import type { Route } from './kernel.js'

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string | undefined>>
}

/** Finds the route of a method and a path without its query. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Found | undefined {
  const router = findMyWay({ maxParamLength: 200 })
  const handler = (): void => undefined
  const byPattern = new Map<string, Route>()
  for (const route of routes) {
    const pattern = `${route.method} ${route.path}`
    byPattern.set(pattern, route)
    router.on(route.method, route.path, handler, pattern)
  }
  return (method, path) => {
    if (method !== 'GET' && method !== 'POST') return undefined
    const found = router.find(method, path)
    const route = found === null ? undefined : byPattern.get(String(found.store))
    return found === null || route === undefined ? undefined : { route, params: found.params }
  }
}
