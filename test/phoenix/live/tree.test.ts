import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rendered } from '../../../src/phoenix/live/tree.js'
import { loadClient, plainHtml, type ClientRendered } from './client.js'
import { documents, htmlOf, SmallServer, type Style } from './small-server.js'

const copy = <T>(value: T): T => structuredClone(value)

test.for<Style>(['d', 'k', 'km'])('any documents, sent in style %s, show what they are', (style) => {
  fc.assert(
    fc.property(documents, (docs) => {
      const server = new SmallServer(style)
      let tree: Rendered | undefined
      for (const doc of docs) {
        const message = server.send(doc)
        if (tree === undefined) tree = new Rendered(message)
        else tree.merge(message)
        expect(tree.html()).toBe(htmlOf(doc))
      }
    }),
    { numRuns: 400 },
  )
})

test('the browser client of 1.1 shows the same', async () => {
  const { Rendered: Client } = await loadClient()
  fc.assert(
    fc.property(documents, (docs) => {
      const server = new SmallServer('k')
      let both: { readonly tree: Rendered; readonly client: ClientRendered } | undefined
      for (const doc of docs) {
        const message = server.send(doc)
        if (both === undefined) {
          both = { client: new Client('v', copy(message)), tree: new Rendered(message) }
        } else {
          both.client.mergeDiff(copy(message))
          both.tree.merge(message)
        }
        expect(both.tree.html()).toBe(plainHtml(both.client))
      }
    }),
    { numRuns: 300 },
  )
})
