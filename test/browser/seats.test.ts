import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../platform/client.js'
import { startTestPlatform, type TestPlatform } from '../platform/stores.js'
import { makeTenant, type Tenant } from '../platform/tenant.js'
import { inBrowser, launch, noChromium } from './chromium.js'
import { connected, goLive, person, sameDocument, startNode, type Node, type Person } from './harness.js'

let platform: TestPlatform
let browser: Browser
let node: Node
let tenant: Tenant
const people: Person[] = []

const path = (): string => `/t/${tenant.org}/events/evening`

async function visitor(buyer?: number): Promise<Person> {
  const token = buyer === undefined ? undefined : tenant.buyers[buyer]?.token
  const one = await person(browser, node.url, path(), token)
  people.push(one)
  return one
}

async function watching(buyer?: number): Promise<Person> {
  const one = await visitor(buyer)
  await goLive(one.page, `${node.url}${path()}`)
  return one
}

const reserve = (place: number, buyer: number) =>
  post(
    `${node.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`,
    tenant.buyers[buyer]?.token,
  )

const text = (page: Page, selector: string): Promise<string | null> => page.textContent(selector)

describe.skipIf(noChromium)('the unmodified clients on the seat map', () => {
  beforeAll(async () => {
    platform = await startTestPlatform()
    const made = await Promise.all([startNode(platform), launch()])
    node = made[0]
    browser = made[1]
  })
  afterAll(async () => {
    await browser.close()
    await node.stop()
    await platform.stop()
  })
  beforeEach(async () => {
    tenant = await makeTenant(node.app)
  })
  afterEach(async () => {
    await Promise.all(people.splice(0).map(({ context }) => context.close()))
  })

  test(inBrowser("a seat that one buyer takes turns on another's page, without a reload"), async () => {
    const [taker, watcher] = await Promise.all([watching(0), watching(1)])
    await taker.page.click('#seat-A3')
    await watcher.page.waitForSelector('#seat-A3.held')
    await taker.page.waitForSelector('#mine-A3')
    expect(await text(watcher.page, '#held')).toBe('1')
    expect(await watcher.page.$('#mine-A3')).toBeNull()
    await watcher.page.click('#seat-A3')
    await watcher.page.waitForSelector('#notice.taken[data-seat="A3"]')
    await taker.page.click('#mine-A3 button')
    await watcher.page.waitForSelector('#seat-A3.available')
    await watcher.page.click('#seat-A3')
    await watcher.page.waitForSelector('#mine-A3')
    for (const { page, complaints } of [taker, watcher]) {
      expect(await sameDocument(page)).toBe(true)
      expect(complaints).toEqual([])
    }
  })

  test(inBrowser('the filter is a patch of the address, and goes back with the browser'), async () => {
    const { page, complaints } = await watching(0)
    await reserve(0, 1)
    await page.waitForSelector('#seat-A1.held')
    await page.click('#show-available')
    await page.waitForSelector('#seat-A1', { state: 'hidden' })
    expect(page.url()).toContain('?filter=available')
    await page.goBack()
    await page.waitForSelector('#seat-A1', { state: 'visible' })
    expect(await sameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test(inBrowser('a client whose socket is cut comes back by itself and sees what it missed'), async () => {
    const { page } = await watching(0)
    const again = page.waitForEvent('websocket')
    node.app.sockets.disconnect(tenant.org, tenant.buyers[0]?.id ?? '')
    await reserve(4, 1)
    await again
    await page.waitForSelector('#seat-A5.held')
    await connected(page)
    await page.click('#seat-A6')
    await page.waitForSelector('#mine-A6')
    expect(await sameDocument(page)).toBe(true)
  })

  test(inBrowser('after a restart of its node, on the same port, a page goes on where it was'), async () => {
    const { page } = await watching(0)
    await page.click('#seat-A2')
    await page.waitForSelector('#mine-A2')
    const codes: number[] = []
    await page.evaluate(
      `window.closes = []; liveSocket.socket.onClose((event) => window.closes.push(event.code))`,
    )
    const { port } = node
    await node.stop()
    await page.waitForSelector('[data-phx-main].phx-error')
    node = await startNode(platform, port)
    await reserve(7, 1)
    await connected(page)
    await page.waitForSelector('#seat-A8.held')
    codes.push(...((await page.evaluate('window.closes')) as number[]))
    expect(codes[0]).toBe(1012)
    expect(await page.$('#mine-A2')).not.toBeNull()
    await page.click('#seat-A9')
    await page.waitForSelector('#mine-A9')
    expect(await sameDocument(page)).toBe(true)
  })

  test(
    inBrowser('a forged CSRF token is refused: the join is stale, the page is loaded anew, nothing is taken'),
    async () => {
      const { page } = await visitor(0)
      const frames: string[] = []
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
      )
      let loads = 0
      await page.route(`**${path()}`, async (route) => {
        loads += 1
        const response = await route.fetch()
        const html = await response.text()
        const forged = html.replace(/(<meta name="csrf-token" content=")[^"]*/, '$1forged')
        await route.fulfill({ response, body: loads === 1 ? forged : html })
      })
      await page.goto(`${node.url}${path()}`)
    setTimeout(() => console.log(loads, frames.map((f) => f.slice(0, 200)), people[0]?.complaints, page.url()), 4000)
      await connected(page)
      expect(loads).toBe(2)
      expect(frames[0]).toContain('{"status":"error","response":{"reason":"stale"}}')
      const holds = await node.app.pg.query('SELECT id FROM seat_holds WHERE organization_id = $1', [
        tenant.org,
      ])
      expect(holds).toEqual([])
      await page.click('#seat-A1')
      await page.waitForSelector('#mine-A1')
    },
  )
})
