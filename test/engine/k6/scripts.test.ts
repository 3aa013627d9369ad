import { transformSync } from 'esbuild'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { readConfig } from '../../../src/config/read.js'
import { redisRemedy } from '../../../src/engine/k6/compile.js'
import { scriptOf } from '../../../src/engine/k6/index.js'
import { openContract } from '../../../src/measure/contract.js'
import { findScenarios } from '../../../src/scenario/find.js'

const config = await readConfig(undefined)
const { contract, module } = await openContract(config)
const scenarios = await findScenarios([], undefined)

/** What k6 has, and Node or a browser has not. */
const ofK6 = /^k6(\/(http|websockets|metrics|execution|crypto|data|x\/redis))?$/

test('there are eight scenarios', () => {
  expect(scenarios).toHaveLength(8)
})

test.each(scenarios.map((found) => ({ name: found.scenario.name, found })))(
  'the script of $name is whole, asks for nothing but k6, and says how to run it',
  async ({ name, found: { scenario, source } }) => {
    const { text: script, needsRedis } = await scriptOf({
      scenario,
      source,
      contract,
      contractModule: module,
    })
    expect(needsRedis).toBe(name === 'redis-atomics')
    const head = script.slice(0, script.indexOf('\n\n'))
    expect(head).toContain(`vge-perf compile ${name} --load load`)
    expect(head.includes(redisRemedy)).toBe(needsRedis)
    const imports = [...script.matchAll(/^\s*import\b.*?from "([^"]+)";$/gm)].map(([, from = '']) => from)
    expect(imports.length).toBeGreaterThan(3)
    expect(imports.filter((from) => !ofK6.test(from))).toEqual([])
    // k6 has no modules that come later, and no way to wait at the top of one.
    expect(script).not.toMatch(/\bimport\(|\brequire\(|^\s*for await\b/m)
    expect(() => new Script(transformSync(script, { format: 'cjs', target: 'es2022' }).code)).not.toThrow()
  },
)
