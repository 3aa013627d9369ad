import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { reporters } from '../../src/report/index.js'
import type { UnitExemplar } from '../../src/model/artefact.js'
import { micros } from '../../src/model/time.js'
import { anHour } from './hour.js'
import { run } from './runs.js'
import { metric, scenarioVerdict, verdict } from './verdict.js'

const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`
const values = (scale: number): number[] => Array.from({ length: 2_000 }, (_, n) => scale * (1_000 + n))
const runs = [
  {
    scenario: 'seat-selection',
    control: run('control', values(1)),
    candidate: run('candidate', values(2)),
  },
]
const { render: html } = reporters.html

test('the page gives the answer first, then what went wrong, scenarios, pictures, counts, health and how to repeat it', () => {
  const page = html(verdict(), runs)
  const order = [
    '<h1>REGRESSION  reserve is slower',
    '>What went wrong</h2>',
    '<section id="s0"',
    '<h3>Latency</h3>',
    'latency at each percentile',
    'class="drawn time"',
    'class="drawn heat"',
    '<h3>Outcomes</h3>',
    'Load generator',
    '<section id="s1"',
    '<section id="environment"',
    '<section id="again"',
  ]
  const places = order.map((text) => page.indexOf(text))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(page).toContain('<code>vge-perf gate --scenario seat-selection --seed 81f3</code>')
  // Two measured units of 999; the warm-up is not counted.
  expect(page).toContain('<th scope="row">reserve</th><td>won</td><td class="n">1,998</td>')
})

test('what went wrong comes with its evidence, in words that need no textbook', () => {
  const page = html(verdict(), runs)
  const start = page.indexOf('>What went wrong</h2>')
  const said = page.slice(start, page.indexOf('</section>', start)).replaceAll(/<[^>]+>/g, '')
  expect(said).toContain('✗ regression seat-selection: reserve p90 41.2 ms → 47.0 ms, +14 %.')
  expect(said).toContain('Surely between +11 and +17 %, in 6 units of load, confirmed on fresh processes.')
  expect(said).toContain('Up to 3 % is ignored.')
  expect(said).toContain(
    '✗ over budget seat-selection: reserve 0.62 s. The budget is reserve p99 ≤ 500 ms (+24 %).',
  )
  expect(said).toContain(
    'reserve rate_limited 2.0 %. Expected is ≤ 0.1 %: the run did not test what it claims.',
  )
})

test('a clean verdict says that nothing went wrong; one that measured nothing does not', () => {
  const clean = scenarioVerdict({
    outcome: 'pass',
    exit: 0,
    metrics: [metric('reserve p50', 'pass')],
    budgets: [],
    mix: [],
    invariants: [],
  })
  expect(html(verdict({ outcome: 'pass', exit: 0, scenarios: [clean] }), runs)).toContain(
    '<p>Nothing: no figure',
  )
  expect(html(verdict({ outcome: 'pass', exit: 0, scenarios: [] }), [])).toContain(
    '<p>Nothing was measured.</p>',
  )
  const unsure = scenarioVerdict({
    ...clean,
    exit: 3,
    outcome: 'inconclusive',
    metrics: [metric('reserve p50', 'inconclusive')],
  })
  const page = html(verdict({ outcome: 'inconclusive', exit: 3, scenarios: [unsure] }), runs)
  expect(page).toContain('<strong>1 figure not decided: reserve p50</strong>')
  expect(page).not.toContain('<p>Nothing: no figure')
})

test('the evidence has effect, interval, units, noise and what could have been seen', () => {
  const judged = [metric('reserve p90', 'regression', { sigma: 0.021, smallest: 0.045 })]
  const page = html(verdict({ scenarios: [scenarioVerdict({ metrics: judged })] }), runs)
  expect(page).toContain(
    '<th scope="row">reserve p90</th><td class="n">+14 %</td><td class="n">between +11 and +17 %</td><td class="n">6</td><td class="n">2.1 %</td><td class="n">4.5 %</td>',
  )
})

test('forty metrics stay legible: what is only shown is folded away, what is judged is not', () => {
  const metrics = Array.from({ length: 40 }, (_, n) =>
    metric(`step${n} p50`, 'pass', n < 25 ? { role: 'diagnostic', reason: 'diagnostic' } : {}),
  )
  const page = html(verdict({ scenarios: [scenarioVerdict({ metrics, budgets: [], mix: [] })] }), [])
  const folded = page.slice(
    page.indexOf('<summary>25 figures more, shown and never judged'),
    page.indexOf('</details>'),
  )
  expect(folded.match(/<tr class="quiet">/g)).toHaveLength(25)
  expect(folded).not.toContain('✓ pass')
})

test('pictures draw both arms to scale: twice the latency is twice as high', () => {
  const page = html(verdict(), runs)
  const figure = page.slice(page.indexOf('<figure><svg'), page.indexOf('</svg>'))
  const height = (arm: string): number => {
    const points = new RegExp(`class="line ${arm}" points="([^"]+)"`).exec(figure)?.[1] ?? ''
    return 196 - Number(points.split(' ')[0]?.split(',')[1])
  }
  expect(height('candidate') / height('control')).toBeCloseTo(2, 1)
})

test('the page says which cores generator and target used, and when they shared some', () => {
  const placed = (target: number) => {
    const made = run('candidate', values(2))
    const units = made.file.units.map((unit, index) => ({
      ...unit,
      placement: {
        generator: [{ what: 'worker 1', allowed: '0-1', seen: index % 2 }],
        target: [{ what: 'node 1', allowed: '0-3', seen: target }],
      },
    }))
    return html(verdict(), [
      { scenario: 'seat-selection', candidate: { ...made, file: { ...made.file, units } } },
    ])
  }
  expect(placed(1)).toContain('<th scope="row">generator</th><td>worker 1</td><td>0-1</td><td>0-1</td>')
  expect(placed(1)).toContain('<th scope="row">candidate</th><td>node 1</td><td>0-3</td><td>1</td>')
  expect(placed(1)).toContain('were seen on the same cores (1)')
  expect(placed(3)).not.toContain('same cores')
  expect(html(verdict(), runs)).not.toContain('may use cores')
})

test('nothing is fetched, and nothing runs but the script whose hash the policy names', () => {
  const page = html(verdict(), runs)
  const without = page.replaceAll(/<script>.*?<\/script>/gs, '')
  expect(page.match(/<script>/g)).toHaveLength(1)
  expect(without.match(/<script /g)?.length).toBe(without.match(/<script type="application\/json" /g)?.length)
  expect(without).not.toMatch(/https?:\/\//)
  expect(without).not.toMatch(/<(link|img|iframe|object)\b|\bsrc=|@import|url\(|\bstyle=/)
  const hash = (element: string): string => {
    const text = page.slice(
      page.indexOf(`<${element}>`) + element.length + 2,
      page.indexOf(`</${element}>`, page.indexOf(`<${element}>`)),
    )
    return `&#39;sha256-${createHash('sha256').update(text).digest('base64')}&#39;`
  }
  expect(page).toContain(
    `content="default-src &#39;none&#39;; script-src ${hash('script')}; style-src ${hash('style')}; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  )
  expect(page).toContain('prefers-color-scheme:dark')
  // uPlot's licence goes where uPlot goes.
  expect(page).toContain('Permission is hereby granted, free of charge')
})

test('hostile text is inert wherever it can come in', () => {
  const offenders = [{ id: evil, what: evil }]
  const scenario = scenarioVerdict({
    scenario: evil,
    profile: evil,
    headline: evil,
    reason: evil,
    metrics: [metric(evil, 'regression', { reason: evil })],
    budgets: [
      {
        name: evil,
        step: evil,
        arm: 'candidate',
        limit: 1,
        unit: 'us',
        decision: 'broken',
        reason: evil,
      },
    ],
    mix: [{ step: evil, outcome: evil, decision: 'wrong', reason: evil }],
    invariants: [{ name: evil, id: evil, title: evil, group: 0, status: 'broken', offenders, count: 1 }],
    waived: [evil],
    health: { state: 'invalid', reasons: [evil] },
    warnings: [evil],
  })
  const fingerprint = { must: { [evil]: evil }, warn: { [evil]: evil }, subject: { [evil]: evil } }
  const hostile = {
    scenario: evil,
    candidate: run('candidate', values(1), { fingerprint, example: evil }),
  }
  const all = {
    tool: evil,
    headline: evil,
    next: evil,
    startedAt: evil,
    seed: evil,
    repeat: evil,
    control: { [evil]: evil },
    candidate: { [evil]: evil },
  }
  const page = html(verdict({ ...all, scenarios: [scenario] }), [hostile])
  expect(page.replaceAll(/<script>.*?<\/script>|<script type="application\/json"/gs, '')).not.toContain(
    '<script',
  )
  expect(page).not.toContain('<img')
  expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(30)
  expect(reporters.markdown.render(verdict({ headline: evil, scenarios: [scenario] }), [])).not.toMatch(
    /^(?!.*`.*<).*<(script|img)/m,
  )
})

test('an hour of load and sixty scenarios stay under a megabyte each way', () => {
  const long = {
    scenario: 'seat-selection',
    control: run('control', values(1), { seconds: 3_600 }),
    candidate: run('candidate', values(2), { seconds: 3_600 }),
  }
  expect(html(verdict(), [long]).length).toBeLessThan(150_000)
  expect(
    html(verdict({ scenarios: Array.from({ length: 60 }, () => scenarioVerdict()) }), [long]).length,
  ).toBeLessThan(1_000_000)
})

test('an hour of load with forty metrics on two arms stays under a megabyte', () => {
  const { verdict: judged, runs: both } = anHour()
  const page = html(judged, both)
  expect(Buffer.byteLength(page)).toBeLessThan(1_000_000)
  expect(page).toContain('A point stands for up to 24 seconds, and shows the worst of them')
  // The one that regressed comes first.
  expect(page.indexOf('step-17 · won')).toBeLessThan(page.indexOf('step-0 · won'))
}, 120_000)

test('offending rows and a difference of the machines are in the page', () => {
  const offenders = [{ id: 'seat-7', what: 'two live holds: h1, h2' }]
  const invariants = [
    {
      name: 'one-live-hold-a-seat',
      id: 'I1',
      title: 'One live hold',
      group: 1,
      status: 'broken',
      offenders,
      count: 90,
    },
    {
      name: 'no-oversell',
      id: 'I2',
      title: 'No oversell',
      group: 1,
      status: 'held',
      offenders: [],
      count: 0,
      looked: { what: 'tickets', count: 2_310 },
    },
  ] as const
  const other = { must: { cpu: 'Another CPU' }, warn: {}, subject: {} }
  const page = html(verdict({ scenarios: [scenarioVerdict({ invariants })] }), [
    {
      scenario: 'seat-selection',
      control: run('control', values(1)),
      candidate: run('candidate', values(1), { fingerprint: other }),
    },
  ])
  expect(page).toContain('<th scope="row">seat-7</th><td>two live holds: h1, h2</td>')
  expect(page).toContain('… and 89 more.')
  expect(page).toContain('2,310 tickets')
  expect(page).toContain('<td>Example CPU</td><td>Another CPU</td><td>differs</td>')
})

test('the page says where the time of each arm went, and shows its slowest steps with their parts', () => {
  const slow = (total: number, more: Partial<UnitExemplar> = {}): UnitExemplar => ({
    unit: 1,
    arm: 'candidate',
    metric: 'reserve',
    outcome: 'won',
    n: 7,
    at: micros(912_004),
    parts: { total: micros(total), lag: micros(40), wait: micros(total - 40) },
    ...more,
  })
  const slowest = [
    slow(900_000, { unit: 0 }),
    slow(800_000, { metric: 'whole' }),
    ...Array.from({ length: 12 }, (_, n) => slow(10_000 * (n + 1), { n })),
  ]
  const candidate = { ...run('candidate', values(2)), slowest: () => slowest }
  const times = (['candidate', 'control'] as const).map((arm) => ({
    arm,
    metric: 'reserve',
    outcome: 'won',
    count: 1_998,
    mean: 9_000,
    p50: 6_000,
    p95: 32_000,
    p99: 48_000,
    share: 0.4,
    parts: { lag: 500, wait: 8_500 },
  }))
  const page = html(verdict({ scenarios: [scenarioVerdict({ times })] }), [
    { scenario: 'seat-selection', candidate },
  ])
  expect(page).toContain('<h3>Where the time went: candidate</h3>')
  expect(page).toContain('<h3>Where the time went: control</h3>')
  expect(page).toContain('<td class="n">9.0 ms</td><td class="n">500 µs</td><td class="n">8.5 ms</td>')
  expect(page).toContain('lag: begun later than intended; wait: until the answer began.')
  const table = page.slice(page.indexOf('The slowest'), page.indexOf('Where the time went: control'))
  // Ten of the measured units; not the warm-up, nor whole journeys, whose steps are what is looked for.
  expect(table.match(/<tr>/g)).toHaveLength(11)
  expect(table).toContain('<td class="n">120 ms</td><td class="n">40 µs</td>')
  expect(table).not.toMatch(/900 ms|800 ms|<td class="n">20\.0 ms/)
})
