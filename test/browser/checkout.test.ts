import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../platform/passwords.js'
import { post } from '../platform/client.js'
import { makeTenant, type Tenant } from '../platform/tenant.js'
import { noChromium, whySkipped } from './chromium.js'
import { connected, sameDocument, Stage } from './harness.js'

let stage: Stage
let tenant: Tenant

const seats = (): string => `/t/${tenant.org}/events/evening`

describe.skipIf(noChromium)('the unmodified clients from the seats to the tickets', () => {
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    tenant = await makeTenant(stage.app)
  })
  afterEach(() => stage.clear())

  test(`a purchase in one document, over one socket${whySkipped}`, async () => {
    const { page, complaints } = await stage.live(seats(), tenant.buyers[0]?.token)
    let sockets = 0
    page.on('websocket', () => (sockets += 1))
    await page.click('#seat-A4')
    await page.waitForSelector('#mine-A4')
    await page.click('#checkout')
    await page.waitForSelector('#held-A4')
    expect(page.url()).toBe(`${stage.url}/t/${tenant.org}/checkout?event=evening`)
    await page.waitForFunction("document.title === 'Checkout'")
    await page.click('#back')
    await page.waitForSelector('#mine-A4')
    await page.click('#to-checkout')
    await page.fill('#buyer_name', 'Thandi')
    await page.fill('#buyer_email', 'thandi@example.org')
    await page.click('#start')
    await page.waitForSelector('#total[data-cents]')
    expect(page.url()).toContain('/checkout?checkout=')
    await page.click('#pay')
    await page.waitForSelector('.ticket')
    expect(await page.$$('.ticket')).toHaveLength(1)
    expect(await sameDocument(page)).toBe(true)
    expect(sockets).toBe(0)
    expect(complaints).toEqual([])
    await page.reload()
    await connected(page)
    expect(await page.$$('.ticket')).toHaveLength(1)
  })

  test(`what is being typed stays, whatever comes meanwhile${whySkipped}`, async () => {
    const reserve = (place: number) =>
      post(
        `${stage.url}/api/events/${tenant.event}/seats/${tenant.seats[place]}/reserve`,
        tenant.buyers[0]?.token,
      )
    await reserve(0)
    const { page, complaints } = await stage.live(`/t/${tenant.org}/checkout`, tenant.buyers[0]?.token)
    await page.fill('#buyer_name', 'Tha')
    await page.fill('#buyer_email', 'thandi@')
    await page.waitForSelector('#wrong-email:has-text("Please give")')
    await reserve(1)
    await page.waitForSelector('#held-A2')
    await page.type('#buyer_email', 'example.org')
    await page.waitForSelector('#wrong-email:not(:has-text("Please give"))', { state: 'attached' })
    expect(await page.inputValue('#buyer_name')).toBe('Tha')
    expect(await page.inputValue('#buyer_email')).toBe('thandi@example.org')
    expect(complaints).toEqual([])
  })

  test(`a stranger is sent to the log-in by a click, and comes back as a buyer${whySkipped}`, async () => {
    const password = 'correct horse'
    await stage.app.pg.query('UPDATE users SET password_hash = $2 WHERE id = $1', [
      tenant.buyers[0]?.id,
      await hashPassword(password),
    ])
    const { page } = await stage.live(seats())
    await page.click('#seat-A1')
    await page.waitForSelector('#log-in')
    await page.fill('[name=email]', `${tenant.buyers[0]?.id}@test.example`)
    await page.fill('[name=password]', password)
    await page.click('#log-in button')
    await connected(page)
    expect(page.url()).toBe(`${stage.url}${seats()}`)
    await page.click('#flash')
    await page.waitForSelector('#flash', { state: 'detached' })
    await page.click('#seat-A1')
    await page.waitForSelector('#mine-A1')
  })
})
