import type { Dialler, Line, LineRequest } from './line.js'
import type { Node } from './node.js'

type Address = Pick<LineRequest, 'node' | 'endpoint' | 'query'>

interface Shared {
  readonly node: Node
  readonly endpoint: string
  readonly query: Readonly<Record<string, string>>
  readonly line: Line
}

const isSame = (one: Address['query'], other: Address['query']): boolean => {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}

/** Lines of one journey by address and query: topics share a socket, as in a browser. */
export class SharedLines {
  // Journeys have one or two: a map of long names would cost more than a look at each.
  private all: readonly Shared[] = []

  /** The line that is there already, or a new one. */
  line(request: LineRequest, dialler: Dialler): Line {
    const { node, endpoint, query } = request
    const found = this.all.find(
      (one) => one.node === node && one.endpoint === endpoint && isSame(one.query, query),
    )
    if (found?.line.usable === true) return found.line
    const line = dialler.dial(request)
    this.all = [...this.all.filter((one) => one !== found), { node, endpoint, query, line }]
    return line
  }
}
