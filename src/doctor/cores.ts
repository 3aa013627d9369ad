import { assertOwnAddresses } from '../engine/native/source-addresses.js'
import { coresIn } from '../machine/cores.js'
import { assertCores, assertNice } from '../machine/pin.js'
import { count, plural } from '../report/format.js'
import { cgroupLimits } from '../machine/cgroup.js'
import type { Check, Examined } from './examined.js'
import { failing, ok, refused, warning } from './states.js'

const onLoopback = /^(localhost|\[::1\]|127\.[\d.]+)$/

/** Whether target and generator share this machine. */
export const sharesMachine = ({ targets }: Pick<Examined, 'targets'>): boolean =>
  targets.length === 0 ||
  targets.some(({ urls }) => urls.some((url) => onLoopback.test(new URL(url).hostname)))

/** Cores that this process may use, and how much of them. */
export const cores: Check = (examined) => {
  const { file, allowed, parallelism } = examined.machine
  const mine = coresIn(allowed ?? '')?.length ?? parallelism
  const online = coresIn(file('/sys/devices/system/cpu/online')?.trim() ?? '')?.length
  const shown = `${online === undefined || online === mine ? '' : `${mine} of `}${plural(online ?? mine, 'core')}`
  const { cores: quota } = cgroupLimits(file)
  if (quota !== undefined && quota < 1)
    return failing(
      'cores',
      `${shown}, but a quota of ${count(quota)}: the kernel stops the generator in every tenth of a second`,
      'Allow whole cores: `docker run --cpus 2`, `resources.limits.cpu: 2` of a pod, `CPUQuota=200%` of a service.',
    )
  if (mine === 1 && sharesMachine(examined))
    return warning(
      'cores',
      `${shown}, which generator and target share: each waits for the other`,
      'Use a machine with two cores or more, or a target on another machine.',
    )
  if (quota !== undefined && quota < mine)
    return warning(
      'cores',
      `${shown}, but a quota of ${count(quota)}: once it is used up, the kernel stops all for the rest of a tenth of a second`,
      'Hold the container to cores of its own instead: `docker run --cpuset-cpus 0-1`, a pod of the class Guaranteed with the static CPU policy.',
    )
  const wanted = Number(file('/proc/loadavg')?.split(' ')[0] ?? 0)
  if (wanted > (online ?? mine))
    return warning(
      'cores',
      `${shown}, and a load average of ${count(Math.round(wanted * 10) / 10)}: in the last minute more wanted them than there are`,
      'End what else runs on this machine (`top` shows it), or wait a minute and ask again.',
    )
  const few = mine <= 2 && sharesMachine(examined)
  return ok(
    'cores',
    few ? `${shown}, which generator and target share: a gate fits its load to them, a run does not` : shown,
  )
}

/** Whether generator and embedded platform can be placed as the configuration says. */
export const placement: Check = ({ config: { generator, embedded } }) => {
  const wanted = [
    ...(generator.cores === undefined ? [] : [`generator on ${generator.cores}`]),
    ...(generator.nice === undefined ? [] : [`its niceness ${generator.nice}`]),
    ...(generator.sourceAddresses === undefined ? [] : [`from ${generator.sourceAddresses.join(', ')}`]),
    ...(embedded.cores === undefined ? [] : [`embedded platform on ${embedded.cores}`]),
  ]
  if (wanted.length === 0) return []
  try {
    assertCores(generator.cores, 'generator.cores')
    assertCores(embedded.cores, 'embedded.cores')
    assertNice(generator.nice)
    assertOwnAddresses(generator.sourceAddresses ?? [])
    return ok('placement', wanted.join(', '))
  } catch (error) {
    return refused('placement', error)
  }
}
