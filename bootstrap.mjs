// What `npm test` and `npm run gate` run first: makes a bare checkout ready, and says nothing when it already is.
// Node only, no dependencies. Exit 2 with one line to type when a person has to do something.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const say = (line) => process.stderr.write(`vge-perf: ${line}\n`)

function giveUp(sentence, hint) {
  say(sentence)
  if (hint) process.stderr.write(`${hint}\n`)
  process.exit(2)
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  giveUp(
    `Node 20 or later is needed, this is ${process.version}.`,
    'Get it from https://nodejs.org or your version manager.',
  )
}

/** A package installed by npm has no lock and no sources: only Redis may be missing then. */
const isCheckout = existsSync(at('package-lock.json')) && existsSync(at('src'))

// --- the locked packages ---

/** npm writes what it installed, at the very end of an install, to a lock of its own. An optional package may be for other machines. */
function packagesMatch() {
  try {
    const read = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages
    const installed = read('node_modules/.package-lock.json')
    return Object.entries(read('package-lock.json')).every(
      ([path, { version, integrity, optional }]) =>
        path === '' ||
        (installed[path] === undefined
          ? optional === true
          : installed[path].version === version && installed[path].integrity === integrity),
    )
  } catch {
    return false
  }
}

function installPackages() {
  say('installing the locked packages (npm ci, 320 MB, well under a minute)…')
  const flags = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--no-update-notifier',
    '--loglevel=error',
  ]
  const cli = process.env.npm_execpath
  const [file, args] =
    cli && basename(cli).startsWith('npm') ? [process.execPath, [cli, ...flags]] : ['npm', flags]
  const { status, error } = spawnSync(file, args, { cwd: at('.'), stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0)
    giveUp(`npm ci failed${error ? `: ${error.message}` : ', as said above'}.`, 'Mend that, then try again.')
}

// --- dist/ ---

/** A folder's own time counts too: it changes when a file in it is deleted. */
function newest(path) {
  const { mtimeMs } = statSync(at(path))
  if (!statSync(at(path)).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(at(path)).map((name) => newest(`${path}/${name}`)))
}

function isBuilt() {
  const main = at('dist/src/cli/main.js')
  if (!existsSync(main)) return false
  const { mtimeMs, mode } = statSync(main)
  // Made executable as the last step of a build: one that failed half-way is not.
  const whole = process.platform === 'win32' || (mode & 0o111) !== 0
  const sources = [
    'src',
    'contract',
    'platform',
    'bench',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
  ]
  return whole && sources.every((path) => !existsSync(at(path)) || newest(path) <= mtimeMs)
}

function build() {
  say('compiling…')
  const { status } = spawnSync(process.execPath, [at('scripts/build.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) giveUp('the sources do not compile, as said above.')
}

if (isCheckout && !packagesMatch()) installPackages()
if (isCheckout && !isBuilt()) build()

// --- Redis (Postgres came with the packages) ---

try {
  const { ensureRedis } = await import('./dist/src/target/redis-install.js')
  ensureRedis(say)
} catch (error) {
  giveUp(error.message, error.hint)
}
