import type { Config, Environment } from '../model/config.js'
import { UserError } from '../model/errors.js'

const loopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** An address as a URL of HTTP. Throws `UserError` when it is not one. */
export function targetUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UserError(`"${text}" is not the address of a target.`, {
      hint: 'Expected something like http://127.0.0.1:4000.',
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    // Not echoed: it may hold a password.
    throw new UserError(
      'A target address holds more than a place: a user, a password, a query or a fragment.',
      {
        hint: 'Put credentials under `headers` in vge-perf.config.ts, read from the environment.',
      },
    )
  }
  return url
}

/** Whether a host may be asked at all: it is this machine, or an environment names it. */
export const mayAsk = (config: Config, host: string): boolean =>
  loopback(host) || Object.values(config.environments).some(({ hosts }) => hosts.includes(host))

/**
 * What may be done to these addresses: anything on loopback (undefined), else the limits of the environment that names the host.
 * Throws `UserError` for a host that no environment names.
 */
export function reachOf(config: Config, urls: readonly string[]): Environment | undefined {
  const foreign = urls.map((url) => targetUrl(url).hostname).filter((host) => !loopback(host))
  if (foreign.length === 0) return undefined
  for (const environment of Object.values(config.environments)) {
    if (foreign.every((host) => environment.hosts.includes(host))) return environment
  }
  throw new UserError(
    `${foreign.join(', ')} is beyond this machine, and no environment of the configuration names it.`,
    {
      hint: 'Name it under `environments` in vge-perf.config.ts, with its limits: hosts, maxRate, maxConnections, profiles.',
      reason: 'target_not_allowed',
    },
  )
}
