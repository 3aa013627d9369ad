import { refuse } from '../errors.js'
import type { Fault } from '../kernel.js'
import { routeMatcher } from './route-word.js'
import { hook } from './seam.js'
import { readValue, share } from './value.js'

export const error: Fault = {
  name: 'error',
  summary: 'A share of the requests to a route is answered with 500 before anything is done',
  example: 'error=reserve:0.05',
  value: { accepted: 'ROUTE:SHARE, such as reserve:0.05; ROUTE * is all', usual: '*:0.05' },
  plant: async (app, value) => {
    const [route = '', ...words] = value.split(':')
    const some = readValue(error, value, () => (words.length === 1 ? share(words[0]) : undefined))
    const meant = routeMatcher('error', route)
    const remove = hook(app.seams.beforeRoute, async (name) =>
      meant(name) && Math.random() < some ? refuse(500, 'internal_error') : undefined,
    )
    return async () => remove()
  },
}
