import { portsOfAddress, sourcesOf } from '../engine/native/source-addresses.js'
import type { Condition } from '../model/condition.js'
import { count } from '../report/format.js'
import type { Check } from './examined.js'
import { failing, ok, warning } from './states.js'

/** As many as the dynamic ports of RFC 6335 §6; with fewer, those of ended connections, which rest for a minute, are soon missed. */
const fewPorts = 65_535 - 49_152 + 1

/** Ports of this machine for connections that go out. */
interface PortReading {
  /** Of one address. */
  readonly ports: number
  /** Connections to a target that they suffice for, from all source addresses. */
  readonly most: number
  /** Sockets in TIME_WAIT, whose ports rest; undefined where the kernel does not tell. */
  readonly resting: number | undefined
  /** `net.ipv4.tcp_tw_reuse`: 0 never, 1 always, 2 on loopback. */
  readonly reuse: string | undefined
}

const widen = 'As root: sysctl -w net.ipv4.ip_local_port_range="1024 65535"'
const sources = 'or name more addresses of this machine under `generator.sourceAddresses`.'

/** Source: ip-sysctl.rst. */
export function judgePorts(
  { ports, most, resting, reuse }: PortReading,
  needs: { readonly smoke: number; readonly any: number },
): Condition {
  const name = 'ports'
  const found = `${count(ports)} an address, for ${count(most)} connections to a target${resting === undefined ? '' : `; ${count(resting)} in TIME_WAIT`}`
  if (most < needs.smoke)
    return failing(name, `${found}; a gate opens ${count(needs.smoke)}`, `${widen}, ${sources}`)
  if (most < needs.any)
    return warning(name, `${found}; the largest profile opens ${count(needs.any)}`, `${widen}, ${sources}`)
  if (ports < fewPorts) return warning(name, found, widen)
  if ((resting ?? 0) > Math.max(ports, most) / 2)
    return warning(
      name,
      found,
      `Wait a minute${reuse === '0' ? ', or as root: sysctl -w net.ipv4.tcp_tw_reuse=1' : ''}; something here opens connections and closes them at once.`,
    )
  return ok(name, found)
}

/** Ports for outgoing connections, to the target that has the fewest. */
export const ports: Check = ({ machine: { file }, targets, config: { generator }, needs }) => {
  const hosts = targets.flatMap(({ urls }) => urls.map((url) => new URL(url).hostname))
  const most = (hosts.length === 0 ? ['127.0.0.1'] : hosts).map(
    (hostname) => sourcesOf({ hostname }, generator.workers ?? 1, generator.sourceAddresses ?? []).most,
  )
  const resting = /^TCP:.* tw (\d+)/m.exec(file('/proc/net/sockstat') ?? '')?.[1]
  return judgePorts(
    {
      ports: portsOfAddress,
      most: Math.min(...most),
      resting: resting === undefined ? undefined : Number(resting),
      reuse: file('/proc/sys/net/ipv4/tcp_tw_reuse')?.trim(),
    },
    needs,
  )
}
