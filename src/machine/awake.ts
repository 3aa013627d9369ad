import { spawn, type ChildProcess } from 'node:child_process'
import { getPriority } from 'node:os'
import { cgroupLimits, kernelFile } from './cgroup.js'
import { coresIn } from './cores.js'
import { allowedCores } from './placement.js'

/** Cores that do not fall asleep, from `rouse` until `rest`. Both may be called again. */
export interface Wakefulness {
  /** False also where they could not be kept from it, once that is known. */
  readonly awake: boolean
  rouse(): void
  rest(): void
}

/**
 * Spins while its parent is the process that is named, which it asks after little work: of cores that are full it gets one part in
 * hundreds. Neither `$PPID`, which may be another's by the time that it begins, nor a signal, which a zombie takes as well, would tell.
 */
const spin =
  'while read -r _ _ _ parent _ </proc/$$/stat && [ "$parent" = "$1" ]; do i=0; while [ $i -lt 500 ]; do i=$((i+1)); done; done'

/**
 * Keeps the cores that this process may use from sleeping, by a process on each that runs when nobody else wants to (SCHED_IDLE, and
 * niceness 19, so that the kernel counts its time apart). A core of a virtual machine that sleeps gives its place on the host away, and
 * waits for one when it is woken, which is counted as `steal`. Does nothing without Linux, `chrt`, `nice` and `taskset`, under a
 * quota of CPU time, and in a process that gives way to others itself.
 * Source: sched(7); Documentation/virt/guest-halt-polling.rst of Linux, which does the same within the kernel.
 */
export function wakefulness(): Wakefulness {
  let spinners: readonly ChildProcess[] = []
  return {
    get awake() {
      return spinners.some(
        ({ pid, exitCode, signalCode }) => pid !== undefined && (exitCode ?? signalCode) === null,
      )
    },
    rouse: () => {
      if (spinners.length === 0) spinners = keepAwake()
    },
    rest: () => {
      // Node's handle of a program that could not be started has number 0: a signal to it goes to our whole process group.
      for (const child of spinners) if (child.pid !== undefined) child.kill('SIGKILL')
      spinners = []
    },
  }
}

function keepAwake(): readonly ChildProcess[] {
  const cores = coresIn(allowedCores('self') ?? '') ?? []
  // What they take counts against a quota; and to who is niced, whose machine is busy with all that is, they would look like load.
  if ((cgroupLimits(kernelFile).cores ?? Infinity) < cores.length || getPriority() > 0) return []
  return cores.map((core) => {
    const low = ['-i', '0', 'nice', '-n', '19', 'taskset', '-c', String(core)]
    const child = spawn('chrt', [...low, 'sh', '-c', spin, 'sh', String(process.pid)], { stdio: 'ignore' })
    // Where there is none, or it may not, nothing is kept awake, and nothing is lost.
    child.on('error', () => undefined)
    child.unref()
    return child
  })
}
