import type { Route } from '../kernel.js'
import { assetRoutes } from './assets.js'
import { showPage } from './dead.js'
import { logInRoutes } from './log-in.js'
import { pages } from './pages/index.js'

/** Pages, the log-in and what browsers load with them. */
export const liveRoutes: readonly Route[] = [
  ...pages.map((page): Route => ({
    method: 'GET',
    path: page.path,
    name: `${page.name}-page`,
    auth: 'none',
    handle: (app, req) => showPage(app, page, req),
  })),
  ...logInRoutes,
  ...assetRoutes,
]
