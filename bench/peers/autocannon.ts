import { createRequire } from 'node:module'
import { order, stretchSeconds, type Generator } from './generator.js'

const isHere = (): boolean => {
  try {
    createRequire(import.meta.url).resolve('autocannon')
    return true
  } catch {
    return false
  }
}

/** The usual load generator for Node, as it is in `devDependencies`. */
export const autocannon: Generator = {
  name: 'autocannon',
  missing: () => (isHere() ? undefined : 'its package is missing: type `npm ci`'),
  measure: ({ url, pid }, load) => order('autocannon', { url, target: pid, load, seconds: stretchSeconds }),
}
