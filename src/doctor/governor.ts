import { coresIn } from '../machine/cores.js'
import type { Check } from './examined.js'
import { ok, warning } from './states.js'

/** Who sets the frequency of the cores. All but `performance` and `userspace` let it follow the load, some milliseconds behind. */
export const governor: Check = ({ machine: { file, allowed, parallelism } }) => {
  const cores = coresIn(allowed ?? '') ?? Array.from({ length: parallelism }, (_, core) => core)
  const names = cores.flatMap(
    (core) => file(`/sys/devices/system/cpu/cpu${core}/cpufreq/scaling_governor`)?.trim() ?? [],
  )
  const found = [...new Set(names)].join(', ')
  if (found === '') return ok('governor', 'cannot be known here, as on most virtual machines')
  const steady = names.every((name) => name === 'performance' || name === 'userspace')
  return steady
    ? ok('governor', found)
    : warning(
        'governor',
        `${found}: how fast a core is depends on what it did before`,
        'Type: echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor',
      )
}
