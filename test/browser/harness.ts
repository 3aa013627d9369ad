import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openApp } from '../../platform/app.js'
import type { App } from '../../platform/kernel.js'
import { createHttpServer, listen } from '../../platform/server.js'
import { readSettings } from '../../platform/settings.js'
import { getPage } from '../platform/live-client.js'
import type { TestPlatform } from '../platform/stores.js'

/** A node that can be ended before the others. */
export interface Node {
  readonly app: App
  readonly url: string
  readonly port: number
  /** As at SIGTERM: sockets are drained with 1012, then nothing answers any more. */
  stop(): Promise<void>
}

export async function startNode({ urls }: TestPlatform, port = 0, settings: string[] = []): Promise<Node> {
  const { app, register, close } = await openApp({
    ...urls,
    node: 'browser',
    settings: readSettings(settings),
    port,
    controlPort: 0,
    plant: [],
    exitWithStdin: false,
  })
  const server = createHttpServer(app)
  const bound = await listen(server, port)
  await register(bound)
  return {
    app,
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    stop: async () => {
      const drained = app.sockets.drain()
      server.close()
      await drained
      server.closeAllConnections()
      await close()
    },
  }
}

/** Somebody with a browser of their own, and what went wrong in it. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of scripts and of the clients, as they write them to the console. */
  readonly complaints: readonly string[]
}

/** Opens a browser context, logged in when there is a token. */
export async function person(browser: Browser, url: string, path: string, token?: string): Promise<Person> {
  const context = await browser.newContext()
  if (token !== undefined) {
    const { cookie } = await getPage(url, path, { token })
    const cut = cookie.indexOf('=')
    await context.addCookies([{ name: cookie.slice(0, cut), value: cookie.slice(cut + 1), url }])
  }
  const page = await context.newPage()
  page.setDefaultTimeout(5_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { context, page, complaints }
}

/** Goes to a page and waits until its LiveView is connected. The mark tells later whether it is still the same document. */
export async function goLive(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await connected(page)
  await page.evaluate("window.mark = 'same document'")
}

export const connected = (page: Page): Promise<unknown> =>
  page.waitForSelector('[data-phx-main].phx-connected')

export const sameDocument = async (page: Page): Promise<boolean> =>
  (await page.evaluate('window.mark')) === 'same document'
