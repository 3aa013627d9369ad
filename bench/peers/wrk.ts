import { isCommand, timed } from './command.js'
import { cpuSince, stretchSeconds, type Generator } from './generator.js'
import { connections } from './loads.js'

/** A generator in C with one event loop. It does not check what it gets, but for the status. */
export const wrk: Generator = {
  name: 'wrk',
  missing: () => (isCommand('wrk') ? undefined : 'it is not installed: type `apt-get install wrk`'),
  measure: async ({ url, pid }) => {
    const targetUsed = cpuSince(pid)
    const args = ['-t1', `-c${connections}`, `-d${stretchSeconds}s`, `${url}/items/1`]
    const { stdout, cpu } = await timed('wrk', args)
    const targetCpu = targetUsed()
    const [, requests, seconds] = /(\d+) requests in ([\d.]+)s/.exec(stdout) ?? []
    if (requests === undefined || /Socket errors|Non-2xx/.test(stdout))
      throw new Error(`wrk did not get what it should: ${stdout}`)
    return { journeys: Number(requests), cpu, seconds: Number(seconds), targetCpu }
  },
}
