import type { Fault } from './fault.js'
import { hogs, lowest, quota, quotaKind, stopFor } from './plant.js'

/** Of a core; the worker uses about twice that, most of it to wait for the instants of its journeys. */
const quotaShare = 0.1

const fast = { path: 'fast' } as const

/** All that can be planted. `clean` comes first: what others do to latency is seen beside it. */
export const faults: readonly Fault[] = [
  { name: 'clean', about: 'nothing is wrong', goal: 'trusted', dose: () => fast },
  {
    name: 'busy-loop',
    about: 'the journey computes: 4 to 6 ms each, or 100 to 150 ms one in fifty',
    goal: 'invalid',
    dose: (draw) =>
      draw('shape', 2) === 0
        ? { ...fast, every: 1, burn: 4 + draw('burn', 3) }
        : { ...fast, every: 50, burn: 100 + draw('burn', 51) },
    journey: `if (n % dose.every === 0) {
      const until = process.hrtime.bigint() + BigInt(dose.burn * 1e6)
      while (process.hrtime.bigint() < until);
    }`,
  },
  {
    name: 'stopped',
    about: 'SIGSTOP of the worker for 300 ms',
    goal: 'invalid',
    dose: (draw) => ({ ...fast, delay: draw('delay', 300) }),
    each: (pid, { delay }) => stopFor(pid, Number(delay), 300),
  },
  {
    name: 'hogs',
    about: '8 processes spin on the core of the generator',
    goal: 'invalid',
    dose: () => fast,
    lasting: () => hogs(8),
  },
  quotaKind === undefined
    ? {
        name: 'limit',
        about: 'the worker has the lowest priority (nice 19) beside 4 processes that spin',
        goal: 'invalid',
        dose: () => fast,
        lasting: (pid) => {
          lowest(pid)
          return hogs(4)
        },
      }
    : {
        name: 'limit',
        about: `the worker gets ${quotaShare * 100} ms of CPU in 100 ms (control group ${quotaKind})`,
        goal: 'invalid',
        dose: () => fast,
        lasting: (pid) => quota(pid, quotaShare),
      },
  {
    name: 'descriptors',
    about: 'the worker may open too few files: before it reads the plan, or after',
    goal: 'invalid',
    dose: (draw) => ({ path: 'work', early: draw('early', 2) }),
    module: ({ early }) => `import { execFileSync } from 'node:child_process'
      import { readdirSync } from 'node:fs'
      globalThis.allowFiles = (files) => execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=' + files + ':' + files])
      globalThis.openFiles = () => readdirSync('/proc/self/fd').length
      ${early === 1 ? 'allowFiles(openFiles() + 40)' : ''}`,
    journey: 'if (n === 0 && dose.early === 0) allowFiles(openFiles() + 2)',
    fresh: true,
  },
  {
    name: 'gc-pressure',
    about: 'each journey allocates 10,000 to 13,000 small objects and keeps them for the next 150 journeys',
    goal: 'invalid',
    dose: (draw) => ({ ...fast, objects: 10_000 + draw('objects', 3_001) }),
    // Not of the module: each run has one of its own, which is never forgotten.
    module: () => 'globalThis.kept = []',
    journey: `kept.push(Array.from({ length: dose.objects }, (_, i) => ({ i, next: { text: 'x' + i } })))
    if (kept.length > 150) kept.shift()`,
  },
  {
    name: 'clock-step',
    about: 'Date.now of the worker steps by 50 ms to 2 s, ahead or back, in mid-unit',
    goal: 'invalid',
    dose: (draw) => ({
      ...fast,
      at: 30 + draw('at', 200),
      step: (50 + draw('step', 1_951)) * (draw('back', 2) === 0 ? 1 : -1),
    }),
    module: () => `globalThis.realNow ??= Date.now
      globalThis.clockOffset ??= 0
      Date.now = () => realNow() + clockOffset`,
    journey: `if (n === dose.at) clockOffset += dose.step
    if (n > dose.at) vu.receipt('stamp', { truly: realNow() + clockOffset - dose.step })`,
  },
  {
    name: 'worker-killed',
    about: 'SIGKILL of the worker',
    goal: 'invalid',
    dose: (draw) => ({ ...fast, delay: draw('delay', 300) }),
    each: (pid, { delay }) => {
      setTimeout(() => process.kill(pid, 'SIGKILL'), Number(delay))
    },
  },
  {
    name: 'slow-target',
    about:
      'the generator is well and the target is not: 200 ms late, stalls, never answers a third, answers 503',
    goal: 'trusted',
    dose: (draw) => ({ path: (['slow', 'stall', 'hang', 'refuse'] as const)[draw('path', 4)] ?? 'slow' }),
  },
]
