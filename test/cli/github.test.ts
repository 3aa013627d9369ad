import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placesOf } from '../../src/cli/github.js'
import { colourful } from '../../src/cli/output.js'
import { compiled } from '../../src/model/package.js'
import { annotations, stepOutputs } from '../../src/report/index.js'
import { storedGate } from '../jobs/stored-gate.js'
import { crowded, hostile } from '../report/extremes.js'
import { verdict } from '../report/verdict.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-github-'))
const slow = join(folder, 'slow')
const equal = join(folder, 'equal')
beforeAll(async () => {
  await storedGate(slow, { factor: 1.3 })
  await storedGate(equal)
})
afterAll(() => rmSync(folder, { recursive: true }))

let steps = 0

/** One step of a workflow: its log as the runner gets it, and the files that the runner would read afterwards. */
function step(
  args: readonly string[],
  more: { readonly summary?: string; readonly environment?: object } = {},
) {
  steps += 1
  const summary = more.summary ?? join(folder, `summary-${steps}`)
  const output = join(folder, `output-${steps}`)
  if (more.summary === undefined) writeFileSync(summary, '')
  writeFileSync(output, 'before=kept\n')
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiled('src/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 20_000,
    env: {
      ...process.env,
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      NO_COLOR: '1',
      GITHUB_WORKSPACE: folder,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      ...more.environment,
    },
  })
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  return { status, stdout, stderr, summary: read(summary), output: read(output) }
}

interface Command {
  readonly level: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/** What the runner makes of a log. Source: actions/runner, ActionCommand.cs: TryParseV2, then TryParse, for each line of either stream. */
function commandsOf(log: string): readonly Command[] {
  const undone = (text: string, more: readonly (readonly [string, string])[]): string =>
    [['%0D', '\r'], ['%0A', '\n'], ...more, ['%25', '%']].reduce(
      (sum, [from = '', to = '']) => sum.replaceAll(from, to),
      text,
    )
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, level = '', properties = '', data = ''] = /^\s*::([\w-]+)(?: (.*?))?::(.*)$/.exec(line) ?? []
    if (level === '') return line.includes('##[') ? [{ level: 'legacy', properties: {}, message: line }] : []
    const pairs = properties
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [key = '', ...value] = pair.trim().split('=')
        return [
          key,
          undone(value.join('='), [
            ['%3A', ':'],
            ['%2C', ','],
          ]),
        ] as const
      })
    return [{ level, properties: Object.fromEntries(pairs), message: undone(data, []) }]
  })
}

/** What the runner makes of `GITHUB_OUTPUT`. Source: docs.github.com, "Workflow commands", "Multiline strings". */
function outputsOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n')
  const found: Record<string, string> = {}
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    const [, plainName, plainValue = ''] = /^([^<=]+)=(.*)$/.exec(line) ?? []
    const [, name, delimiter] = /^([^<=]+)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter)
      expect(end).toBeGreaterThanOrEqual(0)
      found[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n')
    } else if (plainName !== undefined) found[plainName] = plainValue
    else expect(line).toBe('')
  }
  return found
}

test('a regression: an error annotation, the summary, and outputs, as GitHub documents them', () => {
  const { status, stdout, summary, output } = step(['report', 'slow'])
  expect(status).toBe(1)
  const [first, ...more] = commandsOf(stdout)
  expect(more).toEqual([])
  expect(first).toMatchObject({
    level: 'error',
    properties: { title: 'seat-selection · smoke · ✗ regression' },
  })
  expect(first?.message.split('\n')[0]).toMatch(/reserve is slower: p\S+ \+\d+ %/)
  expect(first?.message).toMatch(/✗ regression {2}reserve p50: .* · \+3\d % ±/)
  expect(first?.message).toMatch(
    /\nAgain: vge-perf gate --scenario seat-selection --profile smoke --seed monday$/,
  )
  // Behind the table, which is still there for whoever reads the log.
  expect(stdout).toMatch(/^REGRESSION/)
  expect(summary).toMatch(/^### REGRESSION {2}/)
  expect(summary).toContain('| reserve p50 |')
  expect(outputsOf(output)).toEqual({
    before: 'kept',
    verdict: 'regression',
    exit: '1',
    reason: 'beyond_ignore',
    headline: expect.stringMatching(/^REGRESSION {2}reserve/),
    page: 'slow/index.html',
    folder: 'slow',
  })
  for (const file of ['index.html', 'verdict.md', 'verdict.json', 'verdict.junit.xml', 'metrics.txt'])
    expect(existsSync(join(slow, file))).toBe(true)
})

test('a pass is a notice, and outside of GitHub nothing of it is written', () => {
  const { status, stdout, output } = step(['report', 'equal'])
  expect(status).toBe(0)
  expect(commandsOf(stdout).map(({ level }) => level)).toEqual(['notice'])
  expect(outputsOf(output)).toMatchObject({ verdict: 'pass', exit: '0' })
  const elsewhere = step(['report', 'slow'], { environment: { GITHUB_ACTIONS: undefined } })
  expect([elsewhere.status, elsewhere.summary, elsewhere.output]).toEqual([1, '', 'before=kept\n'])
  expect(commandsOf(elsewhere.stdout + elsewhere.stderr)).toEqual([])
})

test('with --json standard output is JSON and nothing else; the runner reads standard error just so', () => {
  const { status, stdout, stderr, output } = step(['report', 'slow', '--json'])
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, outcome: 'regression' })
  expect(JSON.parse(readFileSync(join(slow, 'verdict.json'), 'utf8'))).toEqual(JSON.parse(stdout))
  expect(commandsOf(stdout)).toEqual([])
  expect(commandsOf(stderr).map(({ level }) => level)).toEqual(['error'])
  expect(outputsOf(output)).toMatchObject({ verdict: 'regression' })
})

test('compare tells GitHub as well, without a page', () => {
  const { status, stdout, summary, output } = step(['compare', 'equal', 'slow'])
  expect(status).toBe(1)
  expect(commandsOf(stdout)[0]).toMatchObject({ level: 'error' })
  expect(summary).toMatch(/^### REGRESSION/)
  expect(Object.keys(outputsOf(output))).toEqual(['before', 'verdict', 'exit', 'reason', 'headline'])
})

test('what keeps a gate from a verdict is an annotation and an output too', () => {
  const { status, stdout, stderr, output } = step(['gate', '--scenario', 'nope'])
  expect(status).toBe(2)
  expect(commandsOf(stdout)).toEqual([
    {
      level: 'error',
      properties: { title: 'vge-perf: unknown scenario' },
      message: expect.stringMatching(/^There is no scenario "nope"\.\nThere are: /),
    },
  ])
  expect(commandsOf(stderr)).toEqual([])
  expect(outputsOf(output)).toMatchObject({ verdict: 'error', exit: '2', reason: 'unknown_scenario' })
})

test('a summary or outputs that cannot be written are a warning, and cost neither verdict nor exit code', () => {
  const absent = join(folder, 'no', 'such', 'folder', 'summary')
  const lost = step(['report', 'slow'], { summary: absent, environment: { GITHUB_OUTPUT: folder } })
  expect(lost.status).toBe(1)
  expect(lost.stdout).toMatch(/^REGRESSION/)
  const warnings = commandsOf(lost.stdout).filter(({ level }) => level === 'warning')
  expect(warnings.map(({ message }) => message.split(':')[0])).toEqual([
    'GITHUB_STEP_SUMMARY could not be written',
    'GITHUB_OUTPUT could not be written',
  ])
  const full = join(folder, 'full')
  writeFileSync(full, 'x'.repeat(1024 * 1024 - 100))
  const over = step(['report', 'equal'], { summary: full })
  expect(over.status).toBe(0)
  expect(commandsOf(over.stdout).at(-1)).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/is full/),
  })
  expect(readFileSync(full, 'utf8')).toHaveLength(1024 * 1024 - 100)
  // Variables that are not set are nothing to warn of.
  const bare = step(['report', 'equal'], {
    environment: { GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: undefined },
  })
  expect(commandsOf(bare.stdout).map(({ level }) => level)).toEqual(['notice'])
})

test('what a target answered is no command to the runner', () => {
  const bad = join(folder, 'bad')
  mkdirSync(join(bad, 'x'), { recursive: true })
  const words = '::stop-commands::gone\n##[error]injected'
  writeFileSync(
    join(bad, 'x', 'group.json'),
    JSON.stringify({ formatVersion: 1, scenario: words, profile: 'p', arms: words, units: [] }),
  )
  for (const args of [
    ['report', 'bad'],
    ['report', 'bad', '--json'],
    ['report', words],
    ['gate', '--scenario', words, '--json'],
  ]) {
    const { status, stdout, stderr } = step(args)
    expect(status).toBe(2)
    const found = commandsOf(`${stdout}\n${stderr}`)
    expect(found.map(({ level }) => level)).toEqual(['error'])
    if (args.includes('--json')) expect(JSON.parse(stdout)).toMatchObject({ error: { exit: 2 } })
  }
})

test('ten errors and ten warnings at most, the runner’s own among them, each one line and within its title', () => {
  for (const one of [crowded(40, 40), hostile(), verdict()]) {
    const lines = annotations(one, { 'scenario-0': { file: 'a,b:c%.ts', line: 7 } })
    expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([])
    const found = commandsOf(lines.join('\n'))
    const of = (level: string) => found.filter((each) => each.level === level)
    expect(found).toHaveLength(lines.length)
    expect(of('error').length).toBeLessThanOrEqual(9)
    expect(of('warning').length).toBeLessThanOrEqual(10)
    expect(of('error').length + of('warning').length).toBe(lines.length)
    for (const { properties } of found) {
      expect(Object.keys(properties).filter((key) => !['title', 'file', 'line'].includes(key))).toEqual([])
      expect(Array.from(properties['title'] ?? '').length).toBeLessThanOrEqual(255)
    }
  }
  const found = commandsOf(
    annotations(crowded(40, 40), { 'scenario-0': { file: 'a,b:c%.ts', line: 7 } }).join('\n'),
  )
  expect(found[0]?.properties).toMatchObject({ file: 'a,b:c%.ts', line: '7' })
  expect(found[8]?.properties).toEqual({ title: 'vge-perf: 22 more scenarios do not pass' })
})

test('a value cannot end the outputs early', () => {
  const text = stepOutputs({ headline: 'a\ndrawn\nverdict<<x\npass\nx', exit: '1' }, 'drawn')
  expect(outputsOf(text)).toEqual({ headline: 'a drawn verdict<<x pass x', exit: '1' })
})

test('annotations are put where a scenario is written, if that is in the checkout', () => {
  const before = process.env['GITHUB_WORKSPACE']
  process.env['GITHUB_WORKSPACE'] = folder
  try {
    mkdirSync(join(folder, 'scenarios'), { recursive: true })
    const source = join(folder, 'scenarios', 'mine.ts')
    writeFileSync(source, "import { scenario } from 'vge-perf'\n\nexport default scenario('mine', {})\n")
    const outside = compiled('src/cli/main.js')
    expect(
      placesOf([
        { scenario: { name: 'mine' }, source },
        { scenario: { name: 'ours' }, source: outside },
        { scenario: { name: 'gone' }, source: join(folder, 'gone.ts') },
      ]),
    ).toEqual({ mine: { file: 'scenarios/mine.ts', line: 3 } })
  } finally {
    if (before === undefined) delete process.env['GITHUB_WORKSPACE']
    else process.env['GITHUB_WORKSPACE'] = before
  }
})

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '' }, false, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('colours with %j on a terminal %s: %s', (environment, terminal, on) => {
  expect(colourful(environment, terminal)).toBe(on)
})
