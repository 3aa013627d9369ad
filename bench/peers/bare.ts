import { order, stretchSeconds, type Generator } from './generator.js'

/** No peer but a floor: Node's sockets with nothing around them. Knows the load `get` alone. */
export const bare: Generator = {
  name: 'bare',
  missing: () => undefined,
  measure: ({ url, pid }, load) => order('bare', { url, target: pid, load, seconds: stretchSeconds }),
}
