import type { Fault } from '../kernel.js'
import { swap } from './seam.js'
import { noValue } from './value.js'

export const forgetCsrf: Fault = {
  name: 'forget-csrf',
  summary: "A session's sockets and forms are taken whatever CSRF token comes with them",
  example: 'forget-csrf',
  plant: async (app, value) => {
    noValue('forget-csrf', value)
    const undo = swap(app, 'csrfMatches', () => true)
    return async () => undo()
  },
}
