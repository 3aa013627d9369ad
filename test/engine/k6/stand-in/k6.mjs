#!/usr/bin/env node
// A stand-in of k6 for machines without it: runs a compiled script in contexts of its own, one a VU, with as much of k6's module API as
// our scripts use, and prints k6's JSON lines. What k6's engine lacks, it lacks: no URL, no performance, no TextDecoder, no setImmediate.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createContext, Script } from 'node:vm'
import { transformSync } from 'esbuild'
import { cryptoModule } from './crypto.mjs'
import { httpModule } from './http.mjs'
import { websocketsModule } from './websockets.mjs'

const [command, ...args] = process.argv.slice(2)
if (command === 'version') {
  process.stdout.write(`k6 v1.8.0 (stand-in, go1.0, ${process.platform})\n`)
  process.exit(0)
}
const file = args.at(-1) ?? ''
const env = { ...process.env }
for (const [index, arg] of args.entries()) {
  if (arg !== '-e') continue
  const [name, value] = (args[index + 1] ?? '').split(/=(.*)/s)
  env[name] = value
}

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
    process.stdout.write(`${JSON.stringify({ type: 'Metric', data, metric })}\n`)
  }
  const sorted = Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const extra = Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }
  const data = { time: new Date().toISOString(), value, tags: sorted, ...extra }
  process.stdout.write(`${JSON.stringify({ metric, type: 'Point', data })}\n`)
}

const sharedArrays = new Map()

const code = transformSync(readFileSync(file, 'utf8'), { format: 'cjs', loader: 'js' }).code
const script = new Script(code, { filename: file })

/** The script in a context of its own, as a VU has it. Number 0 only tells the options. */
const load = (number) => {
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
    'k6/execution': { vu: { idInTest: number, idInInstance: number, metrics: { metadata, tags: {} } } },
    'k6/crypto': cryptoModule,
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
    open: (path) => readFileSync(resolve(path), 'utf8'),
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
  const { options } = load(0)
  const { vus } = options.scenarios.plan
  const runs = Array.from({ length: vus }, (_, index) => load(index + 1).default())
  Promise.all(runs).then(
    () => process.stdout.write('', () => process.exit(0)),
    (error) => die(107, error),
  )
} catch (error) {
  die(107, error)
}
process.on('SIGINT', () => process.exit(105))
