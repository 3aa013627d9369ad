import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openApp } from '../../platform/app.js'
import type { App } from '../../platform/kernel.js'
import { createHttpServer, listen } from '../../platform/server.js'
import { readSettings } from '../../platform/settings.js'
import { getPage } from '../platform/live-client.js'
import { startTestPlatform, type TestPlatform } from '../platform/stores.js'
import { launch } from './chromium.js'

interface Node {
  readonly app: App
  readonly url: string
  readonly port: number
  /** As at SIGTERM: sockets are drained with 1012, then nothing answers any more. */
  stop(): Promise<void>
}

async function startNode({ urls }: TestPlatform, port = 0): Promise<Node> {
  const { app, register, close } = await openApp({
    ...urls,
    node: 'browser',
    settings: readSettings(['provider_delay_ms=20', 'limit_login_per_email_ip=0']),
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
  readonly page: Page
  /** Errors of scripts and of the clients, as they write them to the console. */
  readonly complaints: readonly string[]
}

/** A node, its stores and a browser, for one test file. */
export class Stage {
  readonly #contexts: BrowserContext[] = []

  private constructor(
    readonly platform: TestPlatform,
    readonly browser: Browser,
    private running: Node,
  ) {}

  static async open(): Promise<Stage> {
    const platform = await startTestPlatform()
    const browser = await launch().catch(async (error: unknown) => {
      await platform.stop()
      throw error
    })
    return new Stage(platform, browser, await startNode(platform))
  }

  get app(): App {
    return this.running.app
  }

  get url(): string {
    return this.running.url
  }

  /** Ends the node, does something meanwhile, and starts another on the same port. */
  async restart(meanwhile: () => Promise<unknown>): Promise<void> {
    const { port } = this.running
    await this.running.stop()
    await meanwhile()
    this.running = await startNode(this.platform, port)
  }

  /** A new person, logged in when there is a token. */
  async person(path: string, token?: string): Promise<Person> {
    const { url } = this
    const context = await this.browser.newContext()
    this.#contexts.push(context)
    if (token !== undefined) {
      const { cookie } = await getPage(url, path, { token })
      const cut = cookie.indexOf('=')
      await context.addCookies([{ name: cookie.slice(0, cut), value: cookie.slice(cut + 1), url }])
    }
    const page = await context.newPage()
    page.setDefaultTimeout(8_000)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    return { page, complaints }
  }

  /** A person on a page whose LiveView is connected. The mark tells later whether it is still the same document. */
  async live(path: string, token?: string): Promise<Person> {
    const one = await this.person(path, token)
    await one.page.goto(`${this.url}${path}`)
    await connected(one.page)
    await one.page.evaluate("window.mark = 'same document'")
    return one
  }

  /** Everybody leaves. */
  async clear(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()))
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.running.stop()
    await this.platform.stop()
  }
}

export const connected = (page: Page): Promise<unknown> =>
  page.waitForSelector('[data-phx-main].phx-connected')

export const sameDocument = async (page: Page): Promise<boolean> =>
  (await page.evaluate('window.mark')) === 'same document'
