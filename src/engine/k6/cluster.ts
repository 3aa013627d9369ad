import { createHash } from 'node:crypto'
import { Document, isMap, type Scalar, type YAMLMap } from 'yaml'
import { UserError } from '../../model/errors.js'
import { laidFiles } from '../../model/plan.js'
import { usualEnv, usualFlags, variables } from './orders.js'

/** What k6-operator is to run. */
export interface ClusterOptions {
  readonly scenario: string
  /** How a command line names it, as a shell takes it. */
  readonly named: string
  /** Where the manifests go, as its own commands name it for a shell. */
  readonly file: string
  readonly script: string
  /** Pods that send. */
  readonly parallelism: number
  /** Pacing VUs of all pods together. */
  readonly vus: number
  readonly image: string
  readonly namespace: string
  /** Size of the volume, as Kubernetes writes it: `1Gi`. */
  readonly storage: string
  readonly storageClass: string | undefined
}

/** The most that a ConfigMap holds, bytes. Source: Kubernetes documentation, "ConfigMaps". */
const mostOfConfigMap = 1_048_576
/** Where the volume is in the pods. */
const mount = '/vge-perf'
const loadFolder = `${mount}/load`
/** The user of the image grafana/k6; whoever copies files must be the same, since they are readable for their owner alone. */
const user = 12_345
/** Label by which the parts are applied one after the other. */
const partLabel = 'vge-perf/part'

const security = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
}
const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

/** A Kubernetes object as YAML, with notes before what they are about, by path. */
function document(head: string, value: object, notes: Readonly<Record<string, string>>): string {
  const yaml = new Document(value, { aliasDuplicateObjects: false })
  yaml.commentBefore = head
  for (const [path, text] of Object.entries(notes)) {
    const keys = path.split('.')
    const last = keys.pop()
    const parent: unknown = keys.length === 0 ? yaml.contents : yaml.getIn(keys, true)
    const pair = isMap(parent)
      ? (parent as YAMLMap<Scalar>).items.find(({ key }) => key.value === last)
      : undefined
    if (pair === undefined) throw new Error(`The manifest has no ${path}.`)
    pair.key.commentBefore = text
  }
  return yaml.toString({ lineWidth: 0 })
}

const comment = (lines: readonly string[]): string =>
  lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')

/** A name as Kubernetes takes it. The longest that is made of it has 6 letters more. Source: RFC 1123, labels. */
const nameOf = (scenario: string): string => {
  const plain = scenario.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const mark = createHash('sha256').update(scenario).digest('hex').slice(0, 6)
  // Two that are alike in these letters are still two.
  const own = plain.length > 40 ? `${plain.slice(0, 33)}-${mark}` : plain
  return `vge-perf-${own}`.replace(/-$/, '')
}

/**
 * Manifests for k6-operator, as one YAML: a volume claim, a pod to copy files with, the script, and the test run. Throws `UserError`
 * for a script that no ConfigMap holds. Source: k6-operator, api/v1alpha1/testrun_types.go.
 */
export function clusterManifests(options: ClusterOptions): string {
  const {
    scenario,
    named,
    file: manifest,
    script,
    parallelism,
    vus,
    image,
    namespace,
    storage,
    storageClass,
  } = options
  assertNames(options)
  const size = Buffer.byteLength(script)
  if (size > mostOfConfigMap)
    throw new UserError(
      `The script of ${scenario} has ${size} bytes, and a ConfigMap holds ${mostOfConfigMap}.`,
      {
        hint: 'Let the journey import less: what it needs of a large library, or nothing of it.',
        reason: 'script_too_large',
      },
    )
  const name = nameOf(scenario)
  const files = `${name}-files`
  const file = `${scenario}.k6.js`
  const meta = (suffix: string, of: 'files' | 'run') => ({
    name: `${name}${suffix}`,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': 'vge-perf', [partLabel]: of },
  })
  const volumes = [{ name: 'vge-perf', persistentVolumeClaim: { claimName: files } }]
  const volumeMounts = [{ name: 'vge-perf', mountPath: mount }]
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta('-files', 'files'),
    spec: {
      accessModes: ['ReadWriteMany'],
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      resources: { requests: { storage } },
    },
  }
  const courier = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('-files', 'files'),
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: 86_400,
      automountServiceAccountToken: false,
      securityContext: security,
      containers: [
        {
          name: 'files',
          image: 'busybox:1.37',
          command: ['sleep', '86400'],
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
          securityContext: containerSecurity,
          volumeMounts,
        },
      ],
      volumes,
    },
  }
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('', 'run'),
    data: { [file]: script },
  }
  const run = {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: meta('', 'run'),
    spec: {
      parallelism,
      script: { configMap: { name, file } },
      arguments: usualFlags.join(' '),
      separate: true,
      starter: {
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        securityContext: security,
        containerSecurityContext: containerSecurity,
      },
      runner: {
        image,
        env: [
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'K6_OUT', value: `json=${loadFolder}/${laidFiles.samples}/$(POD).ndjson.gz` },
          { name: variables.load, value: loadFolder },
          { name: variables.vus, value: String(vus) },
          ...Object.entries(usualEnv).map(([key, value]) => ({ name: key, value })),
        ],
        resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { memory: '2Gi' } },
        securityContext: security,
        containerSecurityContext: containerSecurity,
        volumes,
        volumeMounts,
      },
    },
  }
  const head = comment([
    `The scenario "${scenario}" of vge-perf on ${parallelism} pods, for k6-operator.`,
    '',
    `1  vge-perf compile ${named} --load load --target URL --postgres URL --redis URL`,
    '                                                                 prepares the target, at an address that pods reach, too;',
    '                                                                 load/ is what is to be sent. --profile and --seed as ever',
    `2  kubectl apply --server-side -f ${manifest} -l ${partLabel}=files       the volume, and a pod to copy with`,
    `   kubectl -n ${namespace} wait --for=condition=Ready pod/${files}`,
    `   kubectl -n ${namespace} cp load ${files}:${mount}/`,
    `3  kubectl apply --server-side -f ${manifest} -l ${partLabel}=run         sends it; all pods begin at the next full half minute.`,
    '                                                                 Without --server-side the script is too long for kubectl',
    `   kubectl -n ${namespace} get testrun ${name} -w                  until its stage is finished`,
    `4  kubectl -n ${namespace} cp ${files}:${loadFolder}/${laidFiles.samples} load/${laidFiles.samples}`,
    `   vge-perf collect load --expect ${parallelism} --postgres URL --redis URL   one artefact, weighed, judged and reported`,
    `5  kubectl delete -f ${manifest}                                  until then tokens and secrets of the load lie on the volume`,
    '',
    'If a pod fails, what came back is refused as a whole: `vge-perf collect load --discard` with the same stores takes the rows away,',
    `\`kubectl delete -f ${manifest} -l ${partLabel}=run\` and an emptied volume make room for the next. Size of the volume and memory are not`,
    'fitted to a profile: see --storage. Two loads of one scenario at once need two namespaces.',
  ])
  return [
    document(head, claim, {
      'spec.accessModes': comment([
        'All pods write to it at once, each a file of its own: the class must be one that can (NFS, CephFS, EFS, Azure Files).',
      ]),
      'spec.resources': comment(['For the rows, and the packed samples of all pods.']),
    }),
    document(
      comment([
        'A pod that holds the volume, so that files can be copied. It does nothing, and ends after a day.',
      ]),
      courier,
      {
        'spec.securityContext': comment([
          'The same user as in the pods of k6: rows hold tokens, and only their owner may read them.',
        ]),
      },
    ),
    document(comment([`The script, as \`vge-perf compile ${named}\` prints it.`]), config, {}),
    document(
      comment([
        'What k6-operator runs. Not here: `cleanup: post`, with which the samples would go before they are copied.',
      ]),
      run,
      {
        'spec.arguments': comment([
          'No thresholds: vge-perf judges. Where samples go travels as K6_OUT, which the operator does not cut at blanks.',
        ]),
        'spec.separate': comment([
          `Each pod on a node of its own, so that ${parallelism} nodes must be free: pods that share one wait for each other, and start late.`,
        ]),
        'spec.runner.image': comment(['A plain k6, unless the scenario talks to Redis.']),
        'spec.runner.env': comment([
          `${vus} VUs pace the load; k6's execution segments say which are whose. Names in $( ) are filled in by Kubernetes.`,
        ]),
        'spec.runner.resources': comment(['No limit of CPU: a quota makes starts late.']),
      },
    ),
  ].join('---\n')
}

function assertNames({ namespace, storage, storageClass = 'standard', image }: ClusterOptions): void {
  const wrong = (what: string, text: string, expected: string): UserError =>
    new UserError(`"${text}" is no ${what} of Kubernetes.`, {
      hint: `Expected ${expected}.`,
      reason: 'bad_name',
    })
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw wrong('namespace', namespace, 'small letters, digits and hyphens')
  if (!/^(?=.*[1-9])\d+(\.\d+)?[KMGTPE]i?$/.test(storage))
    throw wrong('size', storage, 'something like 1Gi or 500Mi')
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(storageClass))
    throw wrong('storage class', storageClass, 'small letters, digits, hyphens and dots')
  if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(image))
    throw wrong('image', image, 'something like registry.example/k6:1.8.0')
}
