import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { clusterManifests } from '../../../src/engine/k6/cluster.js'

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`schemas/${name}`, import.meta.url), 'utf8')) as object
// Kubernetes' formats say how wide a number is; its schemas have keywords of their own.
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema(read('core.json'), 'core')
ajv.addSchema(read('testrun.json'), 'testrun')

const options = {
  scenario: 'seat-selection',
  named: 'seat-selection',
  file: 'seats.yaml',
  script: 'export default () => {}\n// "quotes", ünïcode: {braces} & #\n',
  parallelism: 5,
  vus: 20,
  image: 'grafana/k6:1.8.0',
  namespace: 'perf',
  storage: '1Gi',
  storageClass: undefined,
}

interface Manifest {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Record<string, string>
  }
  readonly data: Record<string, string>
  readonly spec: {
    readonly parallelism: number
    readonly cleanup?: string
    readonly arguments: string
    readonly script: { readonly configMap: { readonly name: string; readonly file: string } }
    readonly runner: { readonly env: readonly { readonly name: string; readonly value: string }[] }
  }
}

const manifestsOf = (yaml: string): readonly Manifest[] =>
  parseAllDocuments(yaml).map((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() as Manifest
  })

const problemsOf = (manifest: { readonly kind: string }): readonly string[] => {
  const schema =
    manifest.kind === 'TestRun' ? 'testrun' : `core#/definitions/io.k8s.api.core.v1.${manifest.kind}`
  const validate = ajv.getSchema(schema)
  if (validate === undefined) throw new Error(`no schema of ${manifest.kind}`)
  void validate(manifest)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

test('every manifest is what its owner’s schema asks for, with a storage class and without', () => {
  for (const storageClass of [undefined, 'nfs']) {
    const manifests = manifestsOf(clusterManifests({ ...options, storageClass }))
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'PersistentVolumeClaim',
      'Pod',
      'ConfigMap',
      'TestRun',
    ])
    for (const manifest of manifests) expect(problemsOf(manifest)).toEqual([])
  }
})

test('the schemas refuse what a cluster would', () => {
  const [claim, pod, , run] = manifestsOf(clusterManifests(options))
  expect(
    problemsOf({
      ...claim,
      kind: 'PersistentVolumeClaim',
      spec: { accesModes: ['x'] },
    } as unknown as Manifest),
  ).toHaveLength(1)
  expect(
    problemsOf({ ...pod, kind: 'Pod', spec: { containers: [{ nme: 'x' }] } } as unknown as Manifest),
  ).not.toEqual([])
  expect(
    problemsOf({ ...run, kind: 'TestRun', spec: { ...run?.spec, paralelism: 2 } } as Manifest),
  ).toHaveLength(1)
  expect(
    problemsOf({ ...run, kind: 'TestRun', spec: { parallelism: 'two' } } as unknown as Manifest),
  ).toHaveLength(2)
})

test('the script comes out as it went in, and the parts belong together', () => {
  const manifests = manifestsOf(clusterManifests(options))
  const [, , config, run] = manifests
  expect(config?.data['seat-selection.k6.js']).toBe(options.script)
  expect(run?.spec.script.configMap).toEqual({ name: config?.metadata.name, file: 'seat-selection.k6.js' })
  expect(run?.spec).toMatchObject({ parallelism: 5 })
  // With it the samples would go before they are copied; and an output must not travel in the arguments.
  expect(run?.spec.cleanup).toBeUndefined()
  expect(run?.spec.arguments).not.toMatch(/out/)
  const env = Object.fromEntries((run?.spec.runner.env ?? []).map(({ name, value }) => [name, value]))
  expect(env).toMatchObject({ VGE_VUS: '20', K6_OUT: 'json=/vge-perf/load/samples/$(POD).ndjson.gz' })
  for (const { metadata } of manifests) expect(metadata.namespace).toBe('perf')
  expect(manifests.map(({ metadata }) => metadata.labels['vge-perf/part'])).toEqual([
    'files',
    'files',
    'run',
    'run',
  ])
})

test('its head says how to apply it: a script of this length is more than kubectl can note down itself', () => {
  const head = clusterManifests(options).split('apiVersion')[0] ?? ''
  expect(head.match(/kubectl apply --server-side -f seats\.yaml/g)).toHaveLength(2)
  expect(head).not.toMatch(/kubectl apply -f/)
  // Whoever sends and whoever tells them to begin may do no more than they need.
  expect(clusterManifests(options).match(/allowPrivilegeEscalation: false/g)).toHaveLength(3)
})

test('names are such as Kubernetes takes, and what cannot be one is refused', () => {
  const [claim] = manifestsOf(clusterManifests({ ...options, scenario: 'My Own_Scenario!' }))
  expect(claim?.metadata.name).toBe('vge-perf-my-own-scenario-files')
  const nameOf = (scenario: string): string => {
    const [, , config] = manifestsOf(clusterManifests({ ...options, scenario }))
    return config?.metadata.name ?? ''
  }
  expect(nameOf('a'.repeat(60))).not.toBe(nameOf(`${'a'.repeat(59)}b`))
  const long = manifestsOf(clusterManifests({ ...options, scenario: 'a-very'.repeat(30) }))
  for (const { metadata } of long) expect(metadata.name.length).toBeLessThanOrEqual(63)
  for (const wrong of [
    { namespace: 'No Good' },
    { storage: 'much' },
    { storage: '0Gi' },
    { storageClass: 'a b' },
    { image: 'x y\nz' },
  ])
    expect(() => clusterManifests({ ...options, ...wrong })).toThrow(/of Kubernetes/)
})

test('a script that no ConfigMap holds is refused', () => {
  expect(() => clusterManifests({ ...options, script: 'x'.repeat(1_048_577) })).toThrow(
    /1048577 bytes, and a ConfigMap holds 1048576/,
  )
})
