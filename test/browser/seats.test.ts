import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../platform/client.js'
import { makeTenant, type Tenant } from '../platform/tenant.js'
import { noChromium, whySkipped } from './chromium.js'
import { connected, sameDocument, Stage, type Person } from './harness.js'

let stage: Stage
let tenant: Tenant

const path = (): string => `/t/${tenant.org}/events/evening`
const watching = (buyer: number): Promise<Person> => stage.live(path(), tenant.buyers[buyer]?.token)

/** Changes the token in the first document of a tab, before any script of the page can read it. */
const forgeOnce = `if (sessionStorage.forged === undefined) {
  sessionStorage.forged = 'yes'
  new MutationObserver((_, observer) => {
    const meta = document.querySelector("meta[name='csrf-token']")
    if (meta === null) return
    meta.content = 'forged'
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}`

describe.skipIf(noChromium)('the unmodified clients on the seat map', () => {
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    tenant = await makeTenant(stage.app)
  })
  afterEach(() => stage.clear())

  test(`a seat that one buyer takes turns on another's page, without a reload${whySkipped}`, async () => {
    const [taker, watcher] = await Promise.all([watching(0), watching(1)])
    await taker.page.click('#seat-A3')
    await watcher.page.waitForSelector('#seat-A3.held')
    await taker.page.waitForSelector('#mine-A3')
    expect(await watcher.page.textContent('#held')).toBe('1')
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

  test(`the filter is a patch of the address, and goes back with the browser${whySkipped}`, async () => {
    const { page, complaints } = await watching(0)
    await post(
      `${stage.url}/api/events/${tenant.event}/seats/${tenant.seats[0]}/reserve`,
      tenant.buyers[1]?.token,
    )
    await page.waitForSelector('#seat-A1.held')
    await page.click('#show-available')
    await page.waitForSelector('#seat-A1', { state: 'hidden' })
    expect(page.url()).toContain('?filter=available')
    await page.goBack()
    await page.waitForSelector('#seat-A1', { state: 'visible' })
    expect(await sameDocument(page)).toBe(true)
    expect(complaints).toEqual([])
  })

  test(`a forged CSRF token is refused: stale, the page is loaded anew, nothing is taken${whySkipped}`, async () => {
    const { page } = await stage.person(path(), tenant.buyers[0]?.token)
    const frames: string[] = []
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
    )
    let loads = 0
    page.on('domcontentloaded', () => (loads += 1))
    await page.addInitScript(forgeOnce)
    await page.goto(`${stage.url}${path()}`)
    await connected(page)
    expect(loads).toBe(2)
    expect(frames[0]).toContain('{"status":"error","response":{"reason":"stale"}}')
    const holds = 'SELECT id FROM seat_holds WHERE organization_id = $1'
    expect(await stage.app.pg.query(holds, [tenant.org])).toEqual([])
    await page.click('#seat-A1')
    await page.waitForSelector('#mine-A1')
  })
})
