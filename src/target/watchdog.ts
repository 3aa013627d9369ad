import { spawn } from 'node:child_process'

/**
 * Reads `+ PID SIGNAL` and `- PID` from its standard input. When that closes, the tool is gone, in whatever way: it ends what is
 * still on the list and removes the folder. Zombies count as ended: not every container's first process collects them.
 * A shell, because it must cost nothing beside a measurement (1 MB, 2 ms).
 */
const script = `
folder=$1; live=
alive() {
  kill -0 "$1" 2>/dev/null || return 1
  [ -r "/proc/$1/stat" ] || return 0
  read -r stat <"/proc/$1/stat" || return 1
  case $stat in *') Z '*) return 1 ;; esac
}
while read -r op pid sig; do
  case $op in
    +) live="$live $pid:$sig" ;;
    -) kept=; for one in $live; do [ "\${one%%:*}" = "$pid" ] || kept="$kept $one"; done; live=$kept ;;
  esac
done
for one in $live; do kill -s "\${one#*:}" "\${one%%:*}" 2>/dev/null; done
turn=0
while [ $turn -lt 40 ]; do
  left=; for one in $live; do alive "\${one%%:*}" && left=1; done
  [ -n "$left" ] || break
  sleep 0.1 2>/dev/null || sleep 1
  turn=$((turn + 1))
done
for one in $live; do alive "\${one%%:*}" && kill -s KILL -- "-\${one%%:*}" 2>/dev/null; done
rm -rf "$folder"
`

export interface Watchdog {
  /** A process that leads its own group, and the signal that ends it in good order. */
  add(pid: number, stopSignal: NodeJS.Signals): void
  /** It has ended: its number may soon be another's. */
  drop(pid: number): void
  /** Lets it go; what is still on its list ends and the folder goes. Resolves when it is gone. */
  close(): Promise<void>
}

/** Starts the shell which outlives us, even after `kill -9`, for as long as it takes to clear up. */
export function startWatchdog(folder: string): Watchdog {
  // Its own session, so that Ctrl-C in the terminal reaches us and not it.
  const shell = spawn('/bin/sh', ['-c', script, 'vge-perf-watchdog', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const gone = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve())
    shell.once('error', () => resolve())
  })
  shell.stdin.on('error', () => undefined)
  const tell = (line: string): void => void (shell.stdin.writable && shell.stdin.write(`${line}\n`))
  return {
    add: (pid, stopSignal) => tell(`+ ${pid} ${stopSignal.replace(/^SIG/, '')}`),
    drop: (pid) => tell(`- ${pid}`),
    close: () => {
      shell.stdin.end()
      return gone
    },
  }
}
