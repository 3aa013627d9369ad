import type { Page } from '../page.js'
import { checkoutPage } from './checkout.js'
import { dashboardPage } from './dashboard.js'
import { eventPage } from './event.js'
import { gatePage } from './gate.js'

/** All live pages, one line each. */
export const pages: readonly Page[] = [eventPage, checkoutPage, dashboardPage, gatePage]
