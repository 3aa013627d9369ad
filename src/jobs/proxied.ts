import type { ArmTarget } from '../measure/context.js'
import type { Arm } from '../model/plan.js'
import { noDelay, type Delay, type ProxyFacts } from '../target/proxy/delay.js'
import { startProxy, type Proxy } from '../target/proxy/start.js'
import type { TargetSource } from './targets.js'

/** A dose that a proxy gives to the candidate's answers. */
export interface Dose {
  readonly delay: Delay
  readonly cores?: string | undefined
  /** Hears what the candidate's proxy said of itself when a start is over. */
  readonly tell?: (facts: ProxyFacts) => void
}

const said = (delay: Delay): string =>
  delay.kind === 'share'
    ? `adds ${Number((delay.share * 100).toFixed(1))} % to each answer`
    : delay.micros === 0
      ? 'adds nothing'
      : `adds ${delay.micros} µs to each answer`

/**
 * The same targets, each behind a proxy: the candidate's adds the dose, the control's adds nothing, so that the proxy itself is no
 * difference between them. What is compared says so; the conditions of the comparison stay what they are.
 */
export function behindProxies(source: TargetSource, { delay, cores, tell }: Dose): TargetSource {
  const stand = async (target: ArmTarget): Promise<readonly [ArmTarget, Proxy]> => {
    const own = target.arm === 'candidate' ? delay : noDelay
    const proxy = await startProxy({
      urls: target.urls,
      delay: own,
      ...(cores === undefined ? {} : { cores }),
    })
    const fallen = proxy.exited.then(() => 'the delaying proxy in front of it ended.')
    return [
      {
        ...target,
        urls: proxy.urls,
        behind: target.urls,
        subject: { ...target.subject, proxy: said(own) },
        processes: [...(target.processes ?? []), { what: 'delaying proxy', pid: proxy.pid }],
        lost: target.lost === undefined ? fallen : Promise.race([target.lost, fallen]),
      },
      proxy,
    ]
  }
  return {
    ...source,
    start: async (group, signal) => {
      const up = await source.start(group, signal)
      const proxies = new Map<Arm, Proxy>()
      const stop = async (): Promise<void> => {
        try {
          for (const [arm, proxy] of proxies) {
            const facts = await proxy.stop()
            if (arm === 'candidate' && facts !== undefined) tell?.(facts)
          }
        } finally {
          await up.stop()
        }
      }
      try {
        const arms: ArmTarget[] = []
        for (const target of up.arms) {
          const [stood, proxy] = await stand(target)
          proxies.set(target.arm, proxy)
          arms.push(stood)
        }
        return { arms, stop }
      } catch (error) {
        await stop()
        throw error
      }
    },
  }
}
