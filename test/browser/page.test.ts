import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScenarioRuns } from '../../src/report/input.js'
import { reporters } from '../../src/report/index.js'
import type { Verdict } from '../../src/model/verdict.js'
import { anHour } from '../report/hour.js'
import { recorded, sampled } from '../report/recorded.js'
import { metric, scenarioVerdict, verdict } from '../report/verdict.js'
import { launch, noChromium, whySkipped } from './chromium.js'

const evil = `<script>window.ran=1</script>"'><img src=x onerror=window.ran=1></script><script>window.ran=1</script>`
const folder = mkdtempSync(join(tmpdir(), 'vge-perf-page-'))

const values = (scale: number): number[] => Array.from({ length: 90 }, (_, n) => scale * (1_000 + n * n))
const units = [
  { offset: 0, seconds: 4, group: 0 },
  { offset: 4, seconds: 4, group: 1 },
]
const seconds = [0, 1, 2, 4, 5, 6]

function small(name = 'reserve', outcome = 'won'): { verdict: Verdict; runs: readonly ScenarioRuns[] } {
  const samples = (scale: number) => [
    ...seconds.map((second) => sampled(second, values(scale), outcome, name)),
    ...seconds.map((second) => sampled(second, values(scale).slice(0, 30), 'conflict', name)),
    ...seconds.map((second) => sampled(second, values(scale), outcome, 'look')),
    ...seconds.map((second) => sampled(second, values(scale), outcome, 'pay')),
    ...seconds.map((second) => sampled(second, values(scale), outcome, 'leave')),
  ]
  const scenario = scenarioVerdict({
    metrics: Array.from({ length: 40 }, (_, n) =>
      metric(`${name}${n} p50`, n === 3 ? 'regression' : 'pass', {
        sigma: 0.02,
        smallest: 0.04,
        ...(n > 20 ? { role: 'diagnostic' } : {}),
      }),
    ),
  })
  return {
    verdict: verdict({ scenarios: [scenario] }),
    runs: [
      {
        scenario: 'seat-selection',
        control: recorded('control', units, samples(1)),
        candidate: recorded('candidate', units, samples(2)),
      },
    ],
  }
}

let browser: Browser

/** A page on disk as somebody opens it, and what went wrong or out of it. */
async function open(
  shown: { verdict: Verdict; runs: readonly ScenarioRuns[] },
  name: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[]; requests: string[]; file: string }> {
  const file = join(folder, `${name}.html`)
  writeFileSync(file, reporters.html.render(shown.verdict, shown.runs))
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(8_000)
  const complaints: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(pathToFileURL(file).href)
  return { page, complaints, requests, file }
}

/** Brings every picture that is not folded away into sight, and waits until it is drawn. */
async function lookAtAll(page: Page): Promise<void> {
  for (const figure of await page.$$('figure.drawn')) {
    if (!(await figure.isVisible())) continue
    await figure.scrollIntoViewIfNeeded()
    await figure.waitForSelector('canvas')
  }
  // uPlot paints right after the script that made it.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
}

/** How many pixels of each canvas have a colour of the style. */
const painted = (page: Page, kind: string, colour: string): Promise<number[]> =>
  page.evaluate(`[...document.querySelectorAll('figure.${kind} canvas')].map((canvas) => {
    const wanted = getComputedStyle(document.documentElement).getPropertyValue('--${colour}').trim()
    const parts = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16))
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let found = 0
    for (let at = 0; at < data.length; at += 4)
      if (parts.every((part, n) => Math.abs(data[at + n] - part) < 12) && data[at + 3] > 200) found += 1
    return found
  })`)

describe.skipIf(noChromium)('the page of a report in Chromium', () => {
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`draws its pictures in ${colorScheme}, without a request, an error or a word to the console${whySkipped}`, async () => {
      const { page, complaints, requests, file } = await open(small(), colorScheme, { colorScheme })
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
      await lookAtAll(page)
      await page.screenshot({ path: join(folder, `${colorScheme}.png`), fullPage: true })
      expect(statSync(join(folder, `${colorScheme}.png`)).size).toBeGreaterThan(50_000)
      expect(requests).toEqual([pathToFileURL(file).href])
      expect(complaints).toEqual([])
      for (const [kind, colour] of [
        ['time', 'control'],
        ['time', 'candidate'],
        ['heat', 'h4'],
        ['stack', 'o0'],
      ] as const) {
        const pixels = await painted(page, kind, colour)
        expect(pixels.length, kind).toBeGreaterThan(0)
        for (const found of pixels) expect(found, `${kind} ${colour}`).toBeGreaterThan(40)
      }
    })

  test(`follows when light turns to dark${whySkipped}`, async () => {
    const { page } = await open(small(), 'turn', { colorScheme: 'light' })
    await lookAtAll(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const [pixels] = await painted(page, 'time', 'candidate')
    expect(pixels).toBeGreaterThan(40)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 26)')
  })

  test(`can be walked with the keyboard: every stop is reached, what is folded opens, pictures are read out${whySkipped}`, async () => {
    const { page } = await open(small(), 'keys')
    await lookAtAll(page)
    const stops = `[...document.querySelectorAll('a[href], summary, [tabindex="0"]')].filter((one) => one.checkVisibility())`
    const wanted = await page.evaluate<number>(`${stops}.length`)
    expect(wanted).toBeGreaterThan(15)
    await page.evaluate('window.reached = new Set()')
    for (let step = 0; step < wanted; step += 1) {
      await page.keyboard.press('Tab')
      await page.evaluate('window.reached.add(document.activeElement)')
    }
    expect(
      await page.evaluate(
        `${stops}.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 90))`,
      ),
    ).toEqual([])

    // The way that is skipped to, and focus that can be seen.
    await page.evaluate('document.querySelector(".skip").focus()')
    expect(await page.evaluate('document.querySelector(".skip").getBoundingClientRect().left >= 0')).toBe(
      true,
    )
    await page.keyboard.press('Enter')
    expect(page.url()).toMatch(/#findings$/)

    const closed = page.locator('details:not([open]) > summary').last()
    await closed.focus()
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
    const opened = 'document.querySelectorAll("details[open]").length'
    const before = await page.evaluate<number>(opened)
    await page.keyboard.press('Enter')
    expect(await page.evaluate(opened)).toBe(before + 1)

    const plot = page.locator('figure.time .plot').first()
    await plot.focus()
    for (const key of ['Home', 'ArrowRight']) await page.keyboard.press(key)
    const said = page.locator('figure.time output').first()
    await said.filter({ hasText: 'candidate' }).waitFor()
    expect(await said.textContent()).toMatch(
      /^1 s: control p50 [\d.]+ ms, p90 .*; candidate p50 [\d.]+ ms, p90 /,
    )
    for (const kind of ['heat', 'time']) {
      await page.locator(`figure.${kind} .plot`).first().focus()
      await page.keyboard.press('End')
      expect(await page.locator(`figure.${kind} output`).first().textContent()).toContain('candidate')
    }
  })

  test(`speaks to a screen reader: landmarks, headings in order, named pictures, tables with captions${whySkipped}`, async () => {
    const { page } = await open(small(), 'reader')
    await lookAtAll(page)
    const levels = await page.evaluate<number[]>(
      '[...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((one) => Number(one.tagName[1]))',
    )
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, at) => at > 0 && level > (levels[at - 1] ?? 0) + 1)).toEqual([])
    const odd = await page.evaluate(`[
      ...[...document.querySelectorAll('table')].filter((one) => !one.caption?.textContent),
      ...document.querySelectorAll('th:not([scope])'),
      ...[...document.querySelectorAll('[role=img]')].filter((one) => !one.getAttribute('aria-label')),
      ...[...document.querySelectorAll('[aria-labelledby]')].filter((one) => !document.getElementById(one.getAttribute('aria-labelledby'))),
      ...['header', 'nav', 'main', 'footer'].filter((one) => !document.querySelector(one)),
    ].map((one) => one.outerHTML?.slice(0, 120) ?? one)`)
    expect(odd).toEqual([])
    const ids = await page.evaluate<string[]>('[...document.querySelectorAll("[id]")].map((one) => one.id)')
    expect(new Set(ids).size).toBe(ids.length)
  })

  test(`fits a phone and a sheet of paper${whySkipped}`, async () => {
    const { page, complaints } = await open(small(), 'narrow', { viewport: { width: 400, height: 800 } })
    await lookAtAll(page)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400)
    await page.screenshot({ path: join(folder, 'narrow.png'), fullPage: true })
    const wide = await open(small(), 'paper', { colorScheme: 'dark' })
    const pdf = await wide.page.pdf({ path: join(folder, 'page.pdf'), format: 'A4' })
    expect(pdf.length).toBeGreaterThan(20_000)
    // Drawn for the paper, and drawn back for the screen.
    await wide.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    )
    expect(await wide.page.evaluate('document.documentElement.className')).toBe('js')
    expect(
      await wide.page.evaluate('document.querySelectorAll("figure.time canvas").length'),
    ).toBeGreaterThan(0)
    expect([...complaints, ...wide.complaints]).toEqual([])
  })

  test(`hostile names stay text, in tables as in pictures${whySkipped}`, async () => {
    const { verdict: judged, runs } = small(evil, evil)
    const hostile = scenarioVerdict({
      ...judged.scenarios[0],
      headline: evil,
      warnings: [evil],
      errors: [{ arm: 'candidate', step: evil, class: 'target', reason: evil, count: 3, example: evil }],
    })
    const all = { verdict: verdict({ headline: evil, scenarios: [hostile], repeat: evil, seed: evil }), runs }
    const { page, complaints, requests } = await open(all, 'hostile')
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
    await lookAtAll(page)
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(await page.evaluate('document.querySelectorAll("img").length')).toBe(0)
    expect(await page.textContent('h1')).toContain('<script>window.ran=1</script>')
    expect(complaints).toEqual([])
    expect(requests).toHaveLength(1)
  })

  test(`what slipped in as markup would not run either${whySkipped}`, async () => {
    const { page, complaints } = await open(small(), 'slipped')
    await page.evaluate(`(() => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = 1'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<img src="https://example.org/x.png" onerror="window.ran = 1">')
    })()`)
    await page.waitForTimeout(200)
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(complaints.join('\n')).toContain('Content Security Policy')
  })

  test(`without JavaScript the tables and the percentiles are there${whySkipped}`, async () => {
    const { page } = await open(small(), 'plain', { javaScriptEnabled: false })
    expect(await page.locator('svg polyline.candidate').first().isVisible()).toBe(true)
    expect(await page.locator('text=This picture needs JavaScript').first().isVisible()).toBe(true)
    expect(await page.locator('canvas').count()).toBe(0)
  })

  test(`an hour of load with forty metrics is below a megabyte, and is drawn${whySkipped}`, async () => {
    const hour = anHour()
    const { page, complaints, file } = await open(hour, 'hour')
    expect(statSync(file).size).toBeLessThan(1_000_000)
    await lookAtAll(page)
    expect(complaints).toEqual([])
    for (const pixels of await painted(page, 'time', 'candidate')) expect(pixels).toBeGreaterThan(200)
  }, 120_000)
})
