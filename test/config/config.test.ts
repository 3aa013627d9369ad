import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { scratch } from '../../src/loader/load.js'
import { reachOf, targetUrl } from '../../src/config/reach.js'
import { assertSecrets, readConfig } from '../../src/config/read.js'

const folder = mkdtempSync(join(tmpdir(), 'vge-perf-config-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  // A test worker ends without its exit handlers.
  rmSync(scratch(), { recursive: true, force: true })
})

const read = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return readConfig(path)
}

test('everything is optional, and gaps are filled', async () => {
  const config = await read('empty.ts', 'export default {}')
  expect(config).toMatchObject({ data: { adapter: 'sql' }, waive: [], embedded: { nodes: 1 } })
  expect(config.secrets['webhook_secret']).toMatch(/^[0-9a-f]{48}$/)
})

test('where processes run is configured, and a list of cores is written as the kernel does', async () => {
  const config = await read(
    'placed.ts',
    `export default { generator: { workers: 2, cores: '1,0', nice: -5, sourceAddresses: ['10.0.0.7', '::1'] }, embedded: { cores: '3' } }`,
  )
  expect(config.generator).toEqual({
    workers: 2,
    cores: '0-1',
    nice: -5,
    sourceAddresses: ['10.0.0.7', '::1'],
  })
  expect(config.embedded).toEqual({ nodes: 1, settings: {}, cores: '3' })
  for (const [name, wrong] of [
    ['cores', `'all'`],
    ['nice', '20'],
    ['workers', '0'],
    ['sourceAddresses', `['eth0']`],
  ])
    await expect(read(`${name}.ts`, `export default { generator: { ${name}: ${wrong} } }`)).rejects.toThrow(
      new RegExp(`generator\\.${name}`),
    )
})

test('what does not fit is said with its place', async () => {
  await expect(read('typo.ts', 'export default { targts: {} }')).rejects.toThrow(
    /typo\.ts: there is no targts/,
  )
  await expect(read('deep.ts', 'export default { gate: { minutes: "5" } }')).rejects.toThrow(/gate\.minutes/)
  await expect(read('none.ts', 'export const a = 1')).rejects.toThrow(/default export/)
  await expect(readConfig(join(folder, 'absent.ts'))).rejects.toThrow(/no configuration/)
})

test('the hint fits the key', async () => {
  const refused = async (name: string, text: string) => {
    const { message, hint } = await read(name, text).then(
      () => ({ message: '', hint: '' }),
      (error: { message: string; hint: string }) => error,
    )
    return `${message} ${hint}`
  }
  expect(await refused('a.ts', `export default { targts: {} }`)).toMatch(
    /there is no targts; the configuration may have .*targets/,
  )
  expect(await refused('d.ts', `export default { embedded: { node: 2 }, gate: { minutes: -1 } }`)).toMatch(
    /there is no embedded\.node; embedded may have nodes, settings, cores\.\n {2}.*gate\.minutes: /s,
  )
  expect(
    await refused('e.ts', `export default { targets: { candidate: { url: 'http://a', pg: 'x' } } }`),
  ).toMatch(/there is no targets\.candidate\.pg; targets\.candidate may have url, postgres, redis\./)
  expect(
    await refused('f.ts', `export default { environments: { staging: { hosts: [], rate: 1 } } }`),
  ).toMatch(/environments\.staging may have hosts, maxRate/)
  expect(await refused('g.ts', `export const x = 1`)).toMatch(/it has no default export/)
  expect(await refused('b.ts', `export default { scenarios: ['a'] }`)).toMatch(/such as 'scenarios'/)
  expect(await refused('c.ts', `export default { headers: { authorization: '' } }`)).toMatch(
    /headers\.authorization is empty\. Set it, or leave it out\./,
  )
})

test('a secret that the environment lacks stops what sends load, not what lists', async () => {
  for (const secret of [`''`, 'process.env.VGE_PERF_NO_SUCH_SECRET']) {
    const config = await read('secret.ts', `export default { secrets: { webhook_secret: ${secret} } }`)
    expect(() => assertSecrets(config)).toThrow('The secret webhook_secret of the configuration is empty.')
  }
  assertSecrets(await read('without.ts', 'export default {}'))
})

test('loopback is open, all else must be named with its limits', async () => {
  const config = await read(
    'staging.ts',
    `export default { environments: { staging: { hosts: ['shop.example'], maxRate: 5, maxConnections: 5, profiles: ['smoke'] } } }`,
  )
  expect(reachOf(config, ['http://127.0.0.2:4000', 'http://localhost:1', 'http://[::1]:2'])).toBeUndefined()
  expect(reachOf(config, ['https://shop.example'])).toMatchObject({ maxRate: 5 })
  expect(() => reachOf(config, ['http://10.0.0.1'])).toThrow(/10\.0\.0\.1 is beyond this machine/)
  expect(() => reachOf(config, ['http://127.0.0.1.evil.example'])).toThrow(/beyond this machine/)
  expect(() => targetUrl('localhost:4000')).toThrow(/not the address/)
})
