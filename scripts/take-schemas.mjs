// Takes the schemas against which the manifests of `vge-perf k8s` are checked out of what their owners publish, without descriptions:
//   node scripts/take-schemas.mjs CRD.yaml v1.6.0 SWAGGER.json release-1.36
// CRD.yaml: config/crd/bases/k6.io_testruns.yaml of grafana/k6-operator; SWAGGER.json: api/openapi-spec/swagger.json of kubernetes/kubernetes.
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

const [crdFile, crdVersion, swaggerFile, coreVersion] = process.argv.slice(2)
const folder = new URL('../test/engine/k6/schemas/', import.meta.url)

/** Descriptions go; what is not named is refused, as `kubectl --validate=strict` refuses it. */
const strict = (schema) => {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const { description, ...rest } = schema
  const kept = Object.fromEntries(
    Object.entries(typeof description === 'string' ? rest : schema)
      .filter(([name]) => !name.startsWith('x-kubernetes-') || name === 'x-kubernetes-int-or-string')
      .map(([name, value]) => [name, strict(value)]),
  )
  return kept.type === 'object' && kept.properties !== undefined
    ? { ...kept, additionalProperties: false }
    : kept
}

const save = (name, schema) => writeFileSync(new URL(name, folder), `${JSON.stringify(schema)}\n`)

const crd = parse(readFileSync(crdFile, 'utf8'))
const [newest] = crd.spec.versions
const testRun = strict(newest.schema.openAPIV3Schema)
// Of these a CRD says nothing: every object has them.
testRun.properties.metadata = { type: 'object' }
const source = (repository, version, path) =>
  `Source: ${repository} ${version}, ${path}; Apache-2.0; without descriptions`
save('testrun.json', {
  $comment: source('grafana/k6-operator', crdVersion, 'config/crd/bases/k6.io_testruns.yaml'),
  ...testRun,
})

const { definitions } = JSON.parse(readFileSync(swaggerFile, 'utf8'))
const wanted = ['ConfigMap', 'PersistentVolumeClaim', 'Pod'].map((kind) => `io.k8s.api.core.v1.${kind}`)
const taken = {}
const take = (name) => {
  if (taken[name] !== undefined) return
  taken[name] = strict(definitions[name])
  for (const [, next] of JSON.stringify(taken[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) take(next)
}
for (const name of wanted) take(name)
// Quantities and int-or-string are written as numbers, too.
for (const name of Object.keys(taken))
  if (name.endsWith('.Quantity') || name.endsWith('.IntOrString'))
    taken[name] = { type: ['string', 'number'] }
save('core.json', {
  $comment: source('kubernetes/kubernetes', coreVersion, 'api/openapi-spec/swagger.json'),
  definitions: taken,
})
