import type { Fault } from '../kernel.js'
import { swap } from './seam.js'

export const forgetCsrf: Fault = {
  name: 'forget-csrf',
  summary: "A session's sockets and forms are taken whatever CSRF token comes with them",
  example: 'forget-csrf',
  plant: async (app) => {
    const undo = swap(app, 'csrfMatches', () => true)
    return async () => undo()
  },
}
