import { cgroupLimits } from '../machine/cgroup.js'
import type { Check } from './examined.js'
import { failing, ok, warning } from './states.js'

const mebi = 2 ** 20

/**
 * Bytes. Generator and one embedded platform with its stores held 410 MiB in `run --scenario checkout` (proportional set size, 2026-11-25), a
 * paired gate has two platforms; ten thousand open pages of a `full` profile, and what grows beside them, take more than as much again.
 */
const wanted = {
  embedded: { least: 768 * mebi, full: 2_048 * mebi },
  named: { least: 256 * mebi, full: 1_024 * mebi },
}

/** So much was put aside while memory was short; less is what no program asked for again since it started. */
const muchSwap = 256 * mebi

const shown = (bytes: number): string =>
  bytes < 1_024 * mebi ? `${Math.round(bytes / mebi)} MiB` : `${(bytes / mebi / 1_024).toFixed(1)} GiB`

/** Memory that is free for generator and target, and whether some was swapped out. */
export const memory: Check = ({ machine: { file, memory: all }, targets }) => {
  const lines = file('/proc/meminfo') ?? ''
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(lines)?.[1]) * 1_024
  const available = bytes('MemAvailable')
  if (Number.isNaN(available))
    return ok('memory', `${shown(all)} in all; how much is free cannot be known here`)
  const room = cgroupLimits(file).memory
  const free = Math.min(available, room ?? Infinity)
  const found = `${shown(Math.max(0, free))} free${room === free ? ' below the limit of the container or service' : ` of ${shown(bytes('MemTotal'))}`}`
  const { least, full } = targets.length === 0 ? wanted.embedded : wanted.named
  const more =
    room === free
      ? `Raise its limit to what it uses and ${shown(full)}: \`docker run --memory\`, \`resources.limits.memory\` of a pod, \`MemoryMax=\` of a service.`
      : 'End what else runs here, or use a larger machine.'
  if (free < least) return failing('memory', `${found}; a gate needs ${shown(least)}`, more)
  if (free < full) return warning('memory', `${found}; profiles \`full\` need ${shown(full)}`, more)
  const swapped = bytes('SwapTotal') - bytes('SwapFree')
  if (swapped > muchSwap)
    return warning(
      'memory',
      `${found}, but ${shown(swapped)} are swapped out: what needs them waits for the disk`,
      'End what else runs here; then, as root: swapoff -a && swapon -a',
    )
  return ok('memory', found)
}
