import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/read.js'
import { warnDiffer } from '../../src/compare/fingerprint.js'
import { fingerprint } from '../../src/measure/fingerprint.js'
import type { GeneratorConfig } from '../../src/model/config.js'

const of = async (generator: GeneratorConfig, cores?: string) => {
  const config = await readConfig()
  const embedded = { ...config.embedded, ...(cores === undefined ? {} : { cores }) }
  return fingerprint({
    config: { ...config, generator, embedded },
    scenario: 's',
    profile: 'p',
    planHash: 'h',
    engine: 'native',
    topology: 't',
    subject: {},
  })
}

test('where processes are held is no part of a fingerprint until somebody asks for it, and then a warning only', async () => {
  const before = await of({})
  expect(Object.keys(before.warn)).toEqual(['node', 'kernel'])
  const held = await of({ workers: 2, cores: '0', nice: -5 }, '1')
  expect(held.must).toEqual(before.must)
  expect(warnDiffer([before], held)).toEqual([
    'generator cores: (not recorded) → 0',
    'generator nice: (not recorded) → -5',
    'target cores: (not recorded) → 1',
    'workers: (not recorded) → 2',
  ])
  expect(warnDiffer([held], held)).toEqual([])
})
