import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCollectedEngine } from '../../../src/engine/k6/collected.js'
import { compileScript } from '../../../src/engine/k6/compile.js'
import { readSentBack } from '../../../src/engine/k6/segments.js'
import type { LaidLoad, Plan } from '../../../src/model/plan.js'
import { writeLoad } from '../../../src/plan/laid.js'
import { keepAll } from '../harness.js'

export const standIn = fileURLToPath(new URL('stand-in/k6.mjs', import.meta.url))

/** VUs of all programs together. */
export const vus = 10

/** Plans laid out in a folder of their own, with the script that sends them. */
export async function layOut(plans: readonly Plan[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-laid-'))
  const [first] = plans
  if (first === undefined) throw new Error('no plan')
  const { scenarioModule, contractModule } = first
  const parts = { name: 'tiny', scenarioModule, contractModule, needsRedis: false, vus }
  const script = join(folder, 'script.k6.js')
  const { text, made } = await compileScript(parts)
  const head = { scenario: 'tiny', named: 'tiny', profile: 'test', seed: 'seed', script: made }
  const load = writeLoad(folder, plans, head)
  writeFileSync(script, text)
  return { folder, load, script, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Sends a laid load by so many programs, all at one instant, each with a segment and a file of its own. Returns the files. */
export async function sendBy(
  program: string,
  { folder, script }: { readonly folder: string; readonly script: string },
  count: number,
  samples = join(folder, 'samples'),
  start?: string,
): Promise<readonly string[]> {
  if (start !== undefined) return sendAt(start, program, { folder, script }, count, samples)
  // How long this machine takes to begin so many programs is not known: whoever is late says so, before anything is sent.
  for (const room of [3_000, 12_000]) {
    try {
      return await sendAt(String(Date.now() + room), program, { folder, script }, count, samples)
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('must be an instant to come'))) throw error
    }
  }
  return sendAt(String(Date.now() + 40_000), program, { folder, script }, count, samples)
}

async function sendAt(
  start: string,
  program: string,
  { folder, script }: { readonly folder: string; readonly script: string },
  count: number,
  samples: string,
): Promise<readonly string[]> {
  const at = (part: number): string => (part === 0 ? '0' : part === count ? '1' : `${part}/${count}`)
  const sequence = Array.from({ length: count + 1 }, (_, part) => at(part)).join(',')
  const sent = await Promise.allSettled(
    Array.from({ length: count }, async (_, index) => {
      const file = join(samples, `pod-${index + 1}.ndjson${index % 2 === 0 ? '' : '.gz'}`)
      const segment =
        count === 1
          ? []
          : [`--execution-segment=${at(index)}:${at(index + 1)}`, `--execution-segment-sequence=${sequence}`]
      const child = spawn(
        program,
        [
          'run',
          '--quiet',
          '--no-thresholds',
          '--no-usage-report',
          '--summary-mode=disabled',
          '--address=',
          '--out',
          `json=${file}`,
          ...segment,
          script,
        ],
        { env: { ...process.env, VGE_LOAD: folder, VGE_START: start }, stdio: ['ignore', 'ignore', 'pipe'] },
      )
      let said = ''
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const [code] = (await once(child, 'close')) as [number | null]
      if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`)
      return file
    }),
  )
  // All have ended, so that none of them still writes when they are sent once more.
  return sent.map((one) => {
    if (one.status === 'rejected') throw one.reason as Error
    return one.value
  })
}

/** Reads what came back of all plans of a load. */
export async function collectAll(
  { folder, load }: { readonly folder: string; readonly load: LaidLoad },
  plans: readonly Plan[],
  expect: number | undefined,
  samples = join(folder, 'samples'),
) {
  const engine = createCollectedEngine(await readSentBack(folder, load, samples, expect))
  const results = []
  for (const plan of plans) {
    const kept = keepAll()
    results.push({ kept, accounting: await engine.run(plan, kept.sink, new AbortController().signal) })
  }
  return results
}
