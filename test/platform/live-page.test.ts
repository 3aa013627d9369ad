import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashPassword } from '../../platform/passwords.js'
import { getPage } from './live-client.js'
import { startTestPlatform, type TestNode, type TestPlatform } from './stores.js'
import { makeTenant, type Tenant } from './tenant.js'

let platform: TestPlatform
let node: TestNode

beforeAll(async () => {
  platform = await startTestPlatform()
  node = await platform.node()
})
afterAll(() => platform.stop())

const eventPath = ({ org }: Tenant): string => `/t/${org}/events/evening`
const tokenOf = (tenant: Tenant, buyer = 0): string => tenant.buyers[buyer]?.token ?? ''

const post = (path: string, cookie: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })

const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? ''

/** The first buyer can log in with this password. */
async function withPassword(tenant: Tenant, role = 'viewer'): Promise<{ email: string; password: string }> {
  const id = tenant.buyers[0]?.id
  const password = 'correct horse'
  await node.app.pg.query('UPDATE users SET password_hash = $2 WHERE id = $1', [
    id,
    await hashPassword(password),
  ])
  await node.app.pg.query('UPDATE memberships SET role = $2 WHERE user_id = $1', [id, role])
  return { email: `${id}@test.example`, password }
}

test('the seat map shows every seat, and carries all that a socket needs', async () => {
  const tenant = await makeTenant(node.app)
  await node.app.pg.query("UPDATE seats SET status = 'sold' WHERE id = $1", [tenant.seats[2]])
  const page = await getPage(node.url, eventPath(tenant))
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.html.match(/<button type="button" id="seat-A\d+" class="seat available"/g)).toHaveLength(9)
  expect(page.html).toContain('id="seat-A3" class="seat sold" phx-click="pick" phx-value-seat="A3"')
  expect(page.html).toContain('<dd id="available">9</dd>')
  expect(page.html).toContain('<div id="sync" data-at="0" data-version="10"></div>')
  expect(page.html).toContain(`<div id="${page.id}" data-phx-main data-phx-session="${page.session}"`)
  expect([page.id, page.session, page.csrf].every((word) => word.length > 15)).toBe(true)
  expect(page.headers.get('set-cookie')).toMatch(
    /^_voelgoedevents_key=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
  )
})

test('a browser keeps its session and CSRF token from page to page; a forged or foreign cookie begins a new one', async () => {
  const tenant = await makeTenant(node.app)
  const first = await getPage(node.url, eventPath(tenant))
  const second = await getPage(node.url, eventPath(tenant), { cookie: first.cookie })
  expect(second.csrf).toBe(first.csrf)
  expect(second.headers.get('set-cookie')).toBeNull()
  expect(second.id).not.toBe(first.id)
  const [name, value = ''] = first.cookie.split('=')
  const [body = ''] = value.split('.')
  const forged = Buffer.from(
    Buffer.from(body, 'base64url').toString().replace(first.csrf, 'x'.repeat(first.csrf.length)),
  ).toString('base64url')
  for (const cookie of [`${name}=${value.replace(body, forged)}`, `${name}=${first.session}`, `${name}=1`]) {
    const page = await getPage(node.url, eventPath(tenant), { cookie })
    expect(page.status).toBe(200)
    expect(page.csrf).not.toBe(first.csrf)
    expect(page.headers.get('set-cookie')).not.toBeNull()
  }
})

test('drafts, archived events, other tenants and closed ones are not found', async () => {
  const [tenant, other] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const status = async (path: string) => (await getPage(node.url, path, { token: tokenOf(tenant) })).status
  await node.app.pg.query("UPDATE events SET slug = 'elsewhere' WHERE id = $1", [other.event])
  expect(await status(`/t/${tenant.org}/events/elsewhere`)).toBe(404)
  expect(await status('/t/nobody/events/evening')).toBe(404)
  for (const hidden of ['draft', 'archived']) {
    await node.app.pg.query('UPDATE events SET status = $2 WHERE id = $1', [tenant.event, hidden])
    expect(await status(eventPath(tenant))).toBe(404)
  }
  await node.app.pg.query("UPDATE events SET status = 'published' WHERE id = $1", [tenant.event])
  expect(await status(eventPath(tenant))).toBe(200)
  await node.app.pg.query("UPDATE organizations SET status = 'suspended' WHERE id = $1", [tenant.org])
  expect((await getPage(node.url, eventPath(tenant))).status).toBe(404)
})

test('a bearer token logs its session in, for this page and by the cookie for the next; a bad one does not', async () => {
  const tenant = await makeTenant(node.app)
  const path = `/t/${tenant.org}/checkout`
  expect((await getPage(node.url, path)).status).toBe(302)
  const page = await getPage(node.url, path, { token: tokenOf(tenant) })
  expect(page.status).toBe(200)
  expect((await getPage(node.url, path, { cookie: page.cookie })).status).toBe(200)
  expect((await getPage(node.url, path, { token: 'nobody' })).status).toBe(401)
  const again = await getPage(node.url, path, { cookie: page.cookie, token: tokenOf(tenant) })
  expect(again.headers.get('set-cookie')).toBeNull()
})

test('who must log in is sent there, told so once, and comes back to where they wanted to go', async () => {
  const tenant = await makeTenant(node.app)
  const credentials = await withPassword(tenant)
  const path = `/t/${tenant.org}/checkout?event=evening`
  const sent = await getPage(node.url, path)
  expect(sent.status).toBe(302)
  const location = sent.headers.get('location') ?? ''
  expect(location).toBe(`/auth/log-in?${new URLSearchParams({ back: path }).toString()}`)
  const form = await getPage(node.url, location, { cookie: sent.cookie })
  expect(form.html).toContain('You must log in to see that page.')
  expect((await getPage(node.url, location, { cookie: form.cookie })).html).not.toContain('You must log in')
  const forged = await post('/auth/user/password/sign_in', form.cookie, {
    ...credentials,
    _csrf_token: 'guess',
  })
  expect(forged.status).toBe(403)
  expect(
    (await post('/auth/user/password/sign_in', '', { ...credentials, _csrf_token: form.csrf })).status,
  ).toBe(403)
  const wrong = await post('/auth/user/password/sign_in', form.cookie, {
    email: credentials.email,
    password: 'guess',
    _csrf_token: form.csrf,
  })
  expect([wrong.status, wrong.headers.get('location')]).toEqual([302, '/auth/log-in'])
  const retry = await getPage(node.url, '/auth/log-in', { cookie: cookieOf(wrong) })
  expect(retry.html).toContain('The e-mail or password is wrong.')
  const right = await post('/auth/user/password/sign_in', retry.cookie, {
    ...credentials,
    _csrf_token: retry.csrf,
  })
  expect([right.status, right.headers.get('location')]).toEqual([302, path])
  const page = await getPage(node.url, path, { cookie: cookieOf(right) })
  expect(page.status).toBe(200)
  expect(page.html).toContain('You are logged in.')
  expect(page.csrf).not.toBe(form.csrf)
})

test('nobody is sent to another site after the log-in', async () => {
  const tenant = await makeTenant(node.app)
  const credentials = await withPassword(tenant, 'owner')
  for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    const form = await getPage(node.url, `/auth/log-in?${new URLSearchParams({ back }).toString()}`)
    const answer = await post('/auth/user/password/sign_in', form.cookie, {
      ...credentials,
      _csrf_token: form.csrf,
    })
    expect(answer.headers.get('location')).toBe(`/t/${tenant.org}/dashboard`)
  }
})

test('the dashboard is for those who run the tenant, and for no other tenant', async () => {
  const [tenant, other] = await Promise.all([makeTenant(node.app), makeTenant(node.app)])
  const role = (word: string) =>
    node.app.pg.query('UPDATE memberships SET role = $2 WHERE user_id = $1', [tenant.buyers[0]?.id, word])
  const status = async (slug: string, buyer: number) =>
    (await getPage(node.url, `/t/${slug}/dashboard`, { token: tokenOf(tenant, buyer) })).status
  await role('owner')
  expect(await status(tenant.org, 0)).toBe(200)
  expect(await status(other.org, 0)).toBe(404)
  expect(await status(tenant.org, 1)).toBe(403)
  expect((await getPage(node.url, `/t/${tenant.org}/dashboard`)).status).toBe(302)
})

test('the clients come from their packages, unmodified, with the script that starts them', async () => {
  const asset = async (name: string) => {
    const response = await fetch(`${node.url}/assets/${name}`)
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    }
  }
  expect(await asset('phoenix.min.js')).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' })
  const client = await asset('phoenix_live_view.min.js')
  expect(client.text).toContain('1.1.18')
  expect((await asset('app.js')).text).toContain("LiveView.LiveSocket('/live', Phoenix.Socket")
  expect((await asset('app.css')).type).toBe('text/css; charset=utf-8')
  expect((await asset('package.json')).status).toBe(404)
  const tenant = await makeTenant(node.app)
  const { html } = await getPage(node.url, eventPath(tenant))
  for (const name of ['phoenix.min.js', 'phoenix_live_view.min.js', 'app.js'])
    expect(html).toContain(`phx-track-static src="/assets/${name}"`)
})
