#!/usr/bin/env node
// A stand-in of k6 for machines without it: runs a compiled script in contexts of its own, one a VU, with as much of k6's module API as
// our scripts use, and prints k6's JSON lines. What k6's engine lacks, it lacks: no URL, no performance, no TextDecoder, no setImmediate.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { cryptoModule } from './crypto.mjs'
import { httpModule } from './http.mjs'
import { redisModule } from './redis.mjs'
import { websocketsModule } from './websockets.mjs'

const [command, ...args] = process.argv.slice(2)
// As one that was built with the extension.
const withRedis = process.env.K6_STAND_IN_REDIS === '1'
if (command === 'version') {
  process.stdout.write(`k6 v1.8.0 (stand-in, go1.0, ${process.platform})\n`)
  if (withRedis) process.stdout.write('Extensions:\n  github.com/grafana/xk6-redis v0.3.6, k6/x/redis [js]\n')
  process.exit(0)
}
const file = args.at(-1) ?? ''
const env = { ...process.env }
for (const [index, arg] of args.entries()) {
  if (arg !== '-e') continue
  const [name, value] = (args[index + 1] ?? '').split(/=(.*)/s)
  env[name] = value
}

/** The value of `--name value` or `--name=value`; the last one counts. */
const flag = (name) =>
  args.reduce((found, arg, index) => {
    if (arg === name) return args[index + 1]
    return arg.startsWith(`${name}=`) ? arg.slice(name.length + 1) : found
  }, undefined)

const out = (flag('--out') ?? env.K6_OUT ?? 'json').replace(/^json=?/, '')
const packed = out.endsWith('.gz')
const fd = out === '' || packed ? 1 : openSync(out, 'w')
const kept = []
const write = (text) => {
  if (out === '') process.stdout.write(text)
  else if (packed) kept.push(text)
  else writeSync(fd, text)
}
const flush = () => {
  if (packed) writeFileSync(out, gzipSync(kept.join('')))
  else if (fd !== 1) closeSync(fd)
}

// Equal segments, named as k6-operator names them: the n-th of N runs the VUs n, n + N, n + 2N …
const parts = (flag('--execution-segment-sequence') ?? '0,1').split(',')
const [from = '0'] = (flag('--execution-segment') ?? '0:1').split(':')
const segment = parts.indexOf(from)
const segments = parts.length - 1

const log = (level, message) =>
  process.stderr.write(`time="" level=${level} msg=${JSON.stringify(message)}\n`)
const die = (code, error) => {
  log('error', error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  process.exitCode = code
  setImmediate(() => process.exit(code))
}

const named = new Set()
const emit = (metric, type, value, tags, metadata) => {
  if (!named.has(metric)) {
    named.add(metric)
    const data = { name: metric, type, contains: 'default', thresholds: [], submetrics: null }
    write(`${JSON.stringify({ type: 'Metric', data, metric })}\n`)
  }
  const sorted = Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const extra = Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }
  const data = { time: new Date().toISOString(), value, tags: sorted, ...extra }
  write(`${JSON.stringify({ metric, type: 'Point', data })}\n`)
}

const sharedArrays = new Map()

const code = transformSync(readFileSync(file, 'utf8'), { format: 'cjs', loader: 'js' }).code
const script = new Script(code, { filename: file })

/** The script in a context of its own, as a VU has it. Number 0 only tells the options. */
const load = (number, inInstance, instance) => {
  const metadata = {}
  const metric = (type) =>
    class {
      constructor(name) {
        this.name = name
      }
      add(value, tags = {}) {
        emit(this.name, type, value, tags, metadata)
      }
    }
  const modules = {
    'k6/http': httpModule((name, value) => emit(name, 'trend', value, {}, metadata)),
    'k6/websockets': websocketsModule(),
    'k6/metrics': { Trend: metric('trend'), Counter: metric('counter') },
    'k6/execution': {
      vu: { idInTest: number, idInInstance: inInstance, metrics: { metadata, tags: {} } },
      instance,
      scenario: instance,
      test: {
        abort: (message) => {
          if (process.exitCode !== undefined) return
          flush()
          die(108, `test aborted: ${message}`)
        },
      },
    },
    'k6/crypto': cryptoModule,
    ...(withRedis ? { 'k6/x/redis': redisModule() } : {}),
    'k6/data': {
      SharedArray: class {
        constructor(name, make) {
          if (!sharedArrays.has(name)) sharedArrays.set(name, make())
          return sharedArrays.get(name)
        }
      },
    },
  }
  const module = { exports: {} }
  const globals = {
    module,
    exports: module.exports,
    require: (name) => {
      const found = modules[name]
      if (found === undefined) throw new Error(`unknown module: ${name}`)
      return { __esModule: true, default: found, ...found }
    },
    __ENV: env,
    open: (path) => readFileSync(resolve(dirname(file), path), 'utf8'),
    console: Object.fromEntries(
      ['log', 'info', 'warn', 'error'].map((level) => [level, (...all) => log('info', all.join(' '))]),
    ),
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
  }
  script.runInContext(createContext(globals))
  return module.exports
}

try {
  const begun = performance.now()
  const instance = {
    vusInitialized: 0,
    startTime: Date.now(),
    get currentTestRunDuration() {
      // k6's follows the wall clock when that is set; nobody sets it here.
      return performance.now() - begun
    },
  }
  const { vus } = load(0, 0, instance).options.scenarios.plan
  const ids = Array.from({ length: vus }, (_, index) => index).filter((id) => id % segments === segment)
  instance.vusInitialized = ids.length
  const made = ids.map((id, index) => load(id + 1, index + 1, instance).default)
  instance.startTime = Date.now()
  // As k6: what a VU throws is told, and the others go on.
  await Promise.all(made.map((run) => run().catch((error) => log('error', `Uncaught (in promise) ${error}`))))
  if (process.exitCode === undefined) {
    flush()
    process.stdout.write('', () => process.exit(0))
  }
} catch (error) {
  die(107, error)
}
process.on('SIGINT', () => process.exit(105))
