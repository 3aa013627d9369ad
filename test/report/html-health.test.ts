import { expect, test } from 'vitest'
import { healthSection } from '../../src/report/html-health.js'
import { healthy } from '../health/units.js'
import { run } from './runs.js'
import { scenarioVerdict } from './verdict.js'

const valid = scenarioVerdict()

const page = (health: typeof healthy | undefined): string => {
  const candidate = run('candidate', [1_000, 2_000])
  const units = candidate.file.units.map((unit) => (health === undefined ? unit : { ...unit, health }))
  const runs = { scenario: 'seat-selection', candidate: { ...candidate, file: { ...candidate.file, units } } }
  return healthSection(valid, runs).text
}

test('the page shows what the generator said of itself', () => {
  const shown = page({ ...healthy, runQueue: 0.125, steal: 0.031 })
  expect(shown).toContain('<th scope="row">ready, but without a core</th><td class="n">12.5 %</td>')
  expect(shown).toContain('<th scope="row">CPU time that went to other machines</th><td class="n">3.1 %</td>')
  expect(shown).toContain('<th scope="row">wall clock set by</th><td class="n">400 µs</td>')
})

test('what an older run did not record has no line', () => {
  const shown = page(undefined)
  expect(shown).toContain('CPU of the busiest worker')
  expect(shown).not.toContain('without a core')
  expect(shown).not.toContain('samples dropped')
})
