import { neededNode } from '../model/package.js'
import type { Check } from './examined.js'
import { failing, ok, warning } from './states.js'

/** Flags that make Node slower, or its garbage collection another than that of a plain start. */
const disturbing =
  /^--(inspect|debug|prof$|cpu-prof|heap-prof|trace|jitless|no-opt|max-old|max-semi|max-heap|heapsnapshot)/

/** Node itself: its version, and that nothing watches it. */
export const node: Check = ({ machine: { node: found } }) => {
  const shown = `${found.version.replace(/^v/, '')} on ${found.platform}, ${found.arch}`
  const needed = neededNode()
  if (Number.parseInt(found.version.replace(/^v/, ''), 10) < needed)
    return failing('Node', shown, `Install Node ${needed} or later: https://nodejs.org`)
  const flags = found.flags.filter((flag) => disturbing.test(flag.replaceAll('_', '-')))
  return flags.length === 0
    ? ok('Node', shown)
    : warning(
        'Node',
        `${shown}, started with ${flags.join(' ')}, which changes how fast it is`,
        'Leave these flags out, also of NODE_OPTIONS, while something is measured.',
      )
}
