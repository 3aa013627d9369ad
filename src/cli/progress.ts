import type { Progress } from '../measure/context.js'
import { say } from './output.js'

const sparseEvery = 15_000

/** One line that is rewritten in a terminal; elsewhere a plain line when the work changes, and now and then. */
export function progressLine(limitSeconds: number | undefined): {
  readonly say: (progress: Progress) => void
  readonly end: () => void
} {
  const begun = Date.now()
  const terminal = process.stderr.isTTY
  let before = ''
  let saidAt = 0
  return {
    say: ({ scenario, doing, share, lasting }) => {
      const elapsed = Math.round((Date.now() - begun) / 1_000)
      const limit = limitSeconds === undefined ? '' : ` of at most ${Math.round(limitSeconds)}`
      const what = scenario === '' ? doing : `${scenario}: ${doing}`
      if (lasting === true) {
        if (terminal) process.stderr.write('\r\u001b[2K')
        say(`${elapsed} s  ${what}`)
        return
      }
      if (terminal) {
        const done = share === undefined ? '' : ` ${Math.round(share * 100)} %`
        const text = `${elapsed} s${limit}  ${what}${done}  (Ctrl-C keeps what was measured)`
        process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
        return
      }
      if (what === before && Date.now() - saidAt < sparseEvery) return
      if (share !== undefined && share > 0 && what === before && share < 1) return
      if (
        scenario !== '' &&
        what !== before &&
        scenario === before.split(':')[0] &&
        Date.now() - saidAt < sparseEvery
      )
        return
      before = what
      saidAt = Date.now()
      say(`${elapsed} s  ${what}`)
    },
    end: () => {
      if (terminal) process.stderr.write('\r\u001b[2K')
    },
  }
}
