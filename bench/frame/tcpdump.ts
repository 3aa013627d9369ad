import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onCore } from './child.js'
import { packetTimes } from './pcap.js'

// Bytes of payload: the packet's length less the headers of IP and TCP.
const withPayload = '(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)) != 0'

/** Packets that carry data to one port over loopback. */
export interface Capture {
  /** Ends the capture: when each packet passed, microseconds since 1970. Throws an Error when the kernel dropped some. */
  stop(): Promise<readonly number[]>
}

/** Begins to capture, on a core. Throws an Error that says what to install, or whom to ask, when it cannot. */
export async function capture(port: number, core: number): Promise<Capture> {
  const folder = mkdtempSync(join(tmpdir(), 'vge-perf-bench-pcap-'))
  const file = join(folder, 'lo.pcap')
  const output = openSync(file, 'w')
  const filter = `tcp dst port ${port} and ${withPayload}`
  const [command, args] = onCore(core, 'tcpdump', [
    '-i',
    'lo',
    '-n',
    '-s',
    '64',
    '-B',
    '65536',
    '-w',
    '-',
    filter,
  ])
  const child = spawn(command, args, { stdio: ['ignore', output, 'pipe'] })
  closeSync(output)
  const said = listen(child)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    await said.until(/listening on/)
  } catch (error) {
    remove()
    throw error
  }
  return {
    stop: async () => {
      // What passed last may still be in the kernel's buffer.
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      child.kill('SIGINT')
      await said.ended
      try {
        const dropped = /(\d+) packets? dropped by kernel/.exec(said.text())?.[1]
        if (dropped !== '0')
          throw new Error(`tcpdump lost packets, or did not say how many: ${said.text().trim()}`)
        return packetTimes(readFileSync(file))
      } finally {
        remove()
      }
    },
  }
}

const missing =
  'Packet times need tcpdump and the right to capture on loopback: install it (Debian: `apt-get install tcpdump`), and run as root.'

function listen(child: ChildProcess) {
  let text = ''
  let heard = (): void => {}
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    heard()
  })
  let over = false
  const ended = Promise.race([once(child, 'close'), once(child, 'error')])
    .catch(() => {})
    .then(() => {
      over = true
      heard()
    })
  return {
    text: () => text,
    ended,
    until: (words: RegExp) =>
      new Promise<void>((resolve, reject) => {
        heard = () => {
          if (words.test(text)) resolve()
          else if (over) reject(new Error(`${missing} It said: ${text.trim() || 'nothing'}`))
        }
        heard()
      }),
  }
}
