import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../platform/client.js'
import { makeTenant, type Tenant } from '../platform/tenant.js'
import { noChromium, whySkipped } from './chromium.js'
import { connected, sameDocument, Stage, type Person } from './harness.js'

let stage: Stage
let tenant: Tenant

const reserve = (place: number, buyer: number) =>
  post(
    `${stage.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`,
    tenant.buyers[buyer]?.token,
  )
const live = (page: string): Promise<Person> =>
  stage.live(`/t/${tenant.org}/${page}`, tenant.buyers[0]?.token)

describe.skipIf(noChromium)('the unmodified clients when their connection goes', () => {
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    tenant = await makeTenant(stage.app)
  })
  afterEach(() => stage.clear())

  test(`whose socket is cut comes back by itself and sees what was missed${whySkipped}`, async () => {
    const { page } = await live('events/evening')
    const again = page.waitForEvent('websocket')
    stage.app.sockets.disconnect(tenant.org, tenant.buyers[0]?.id ?? '')
    await reserve(4, 1)
    await again
    await page.waitForSelector('#seat-A5.held')
    await connected(page)
    await page.click('#seat-A6')
    await page.waitForSelector('#mine-A6')
    expect(await sameDocument(page)).toBe(true)
  })

  test(`a node that restarts closes with 1012; on the same port the page goes on where it was${whySkipped}`, async () => {
    const { page } = await live('events/evening')
    await page.click('#seat-A2')
    await page.waitForSelector('#mine-A2')
    await page.evaluate('window.codes = []; liveSocket.socket.onClose(({ code }) => codes.push(code))')
    await stage.restart(() => page.waitForSelector('[data-phx-main].phx-error'))
    await reserve(7, 1)
    await connected(page)
    await page.waitForSelector('#seat-A8.held')
    expect(await page.evaluate('codes[0]')).toBe(1012)
    expect(await page.$('#mine-A2')).not.toBeNull()
    await page.click('#seat-A9')
    await page.waitForSelector('#mine-A9')
    expect(await sameDocument(page)).toBe(true)
  })

  test(`what was typed into a form is sent again and judged anew${whySkipped}`, async () => {
    await reserve(0, 0)
    const { page } = await live('checkout')
    await page.fill('#buyer_email', 'nowhere')
    await page.waitForSelector('#wrong-email:has-text("Please give an e-mail address.")')
    const again = page.waitForEvent('websocket')
    stage.app.sockets.disconnect(tenant.org, tenant.buyers[0]?.id ?? '')
    await again
    await connected(page)
    expect(await page.inputValue('#buyer_email')).toBe('nowhere')
    await page.waitForSelector('#wrong-email:has-text("Please give an e-mail address.")')
    expect(await sameDocument(page)).toBe(true)
  })
})
