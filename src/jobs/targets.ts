import { reachOf, targetUrl } from '../config/reach.js'
import type { ArmTarget } from '../measure/context.js'
import type { Config, TargetSpec } from '../model/config.js'
import { UserError } from '../model/errors.js'
import type { Arm } from '../model/plan.js'
import { startEmbedded, type Target } from '../target/embedded.js'

/** Targets that are up for a while. */
export interface UpTargets {
  readonly arms: readonly ArmTarget[]
  readonly stop: () => Promise<void>
}

/** Where a job's targets come from. */
export interface TargetSource {
  readonly arms: readonly Arm[]
  /** For the fingerprint: how the target is built up. */
  readonly topology: string
  /** Addresses that somebody else runs. */
  readonly urls: readonly string[]
  /** True when every start gives fresh processes. */
  readonly fresh: boolean
  readonly start: (group: number, signal: AbortSignal) => Promise<UpTargets>
}

/** What the configuration says of the candidate; of a control it knows nothing. */
const buildOf = ({ labels: { version, commit } }: Config, arm: Arm): ArmTarget['subject'] =>
  arm === 'control'
    ? {}
    : { ...(version === undefined ? {} : { version }), ...(commit === undefined ? {} : { commit }) }

const embeddedArm = (config: Config, arm: Arm, target: Target, planted: boolean): ArmTarget => ({
  arm,
  urls: target.urls,
  postgres: target.postgres,
  redis: target.redis,
  processes: [
    ...target.pids.nodes.map((pid, index) => ({ what: `node ${index + 1}`, pid })),
    { what: 'Postgres', pid: target.pids.postgres },
    { what: 'Redis', pid: target.pids.redis },
  ],
  subject: {
    target: 'embedded reference platform',
    ...(planted ? { build: 'with what --plant says' } : {}),
    ...buildOf(config, arm),
  },
  lost: target.exited.then(
    ({ what, code, signal, stderr }) =>
      `${what} ended (${signal ?? `exit ${code}`})${stderr === '' ? '' : `: ${stderr.split('\n').at(-1)}`}.`,
  ),
})

/** The reference platform has the paths and keys of its contract, and no others. */
const assertOwnContract = ({ settings }: Config): void => {
  for (const part of ['operations', 'keys'] as const) {
    const names = Object.keys(settings[part] ?? {})
    if (names.length === 0) continue
    throw new UserError(
      `\`settings.${part}\` lays ${names.join(', ')} over the contract, which the embedded platform cannot follow.`,
      {
        hint: 'They are for a platform that differs: name it with --target, or as `targets.candidate`, or leave them out.',
        reason: 'contradiction',
      },
    )
  }
}

/** The reference platform, started anew for each group; the order of starting is swapped from group to group. */
export function embeddedSource(config: Config, arms: readonly Arm[], plant: readonly string[]): TargetSource {
  assertOwnContract(config)
  return {
    arms,
    topology: `embedded, ${config.embedded.nodes} node(s)`,
    urls: [],
    fresh: true,
    start: async (group, signal) => {
      const started: Target[] = []
      const stop = async (): Promise<void> => {
        await Promise.all(started.map((target) => target.stop()))
      }
      try {
        const byArm = new Map<Arm, ArmTarget>()
        for (const arm of group % 2 === 0 ? arms : arms.toReversed()) {
          const planted = arm === 'candidate' ? plant : []
          const secret = config.secrets['webhook_secret']
          const target = await startEmbedded({
            label: arm,
            nodes: config.embedded.nodes,
            settings: {
              ...config.embedded.settings,
              ...(secret === undefined ? {} : { webhook_secret: secret }),
            },
            plant: planted,
            signal,
            // k6's extension dials addresses only.
            redisByPort: config.generator.engine === 'k6',
            ...(config.embedded.cores === undefined ? {} : { cores: config.embedded.cores }),
          })
          started.push(target)
          byArm.set(arm, embeddedArm(config, arm, target, planted.length > 0))
        }
        return { arms: arms.flatMap((arm) => byArm.get(arm) ?? []), stop }
      } catch (error) {
        await stop()
        throw error
      }
    },
  }
}

/** Targets that somebody else runs. They are never restarted. */
export function urlSource(config: Config, specs: Readonly<Partial<Record<Arm, TargetSpec>>>): TargetSource {
  const arms = (['control', 'candidate'] as const).filter((arm) => specs[arm] !== undefined)
  const [first, second] = arms.map((arm) => targetUrl(specs[arm]?.urls[0] ?? '').href)
  if (first !== undefined && first === second) {
    throw new UserError(`Control and candidate are the same address, ${first}.`, {
      hint: 'A comparison needs two targets.',
      reason: 'same_target',
    })
  }
  for (const arm of arms) reachOf(config, specs[arm]?.urls ?? [])
  return {
    arms,
    topology: `${specs.candidate?.urls.length ?? 0} address(es)`,
    urls: arms.flatMap((arm) => specs[arm]?.urls ?? []),
    fresh: false,
    start: async () => ({
      arms: arms.map((arm) => {
        const spec = specs[arm] ?? { urls: [] }
        const urls = spec.urls.map((url) => targetUrl(url).href)
        return { ...spec, arm, urls, subject: { address: urls.join(', '), ...buildOf(config, arm) } }
      }),
      stop: async () => undefined,
    }),
  }
}
