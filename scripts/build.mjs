// Compiles src/, contract/, platform/ and bench/ to dist/, and bundles what runs in the page of a report. Built aside and put in place of the
// earlier one when it is whole: a deleted source cannot ship, and a gate that runs meanwhile finds its files.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { resolve } = createRequire(import.meta.url)
if (
  process.argv.includes('--if-installed') &&
  !existsSync(new URL('../node_modules/esbuild', import.meta.url))
) {
  // npm prepares a folder that it links to before anything is installed in it: the command says what to do, where a failed build would say nothing.
  console.error(`vge-perf: not built, since nothing is installed in ${root}: run \`npm ci\` there.`)
  process.exit(0)
}
const { build } = await import('esbuild')
const place = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))
const remove = (path) => rmSync(path, { recursive: true, force: true })
const [dist, next, old] = [place('dist'), place(`dist.next-${process.pid}`), place(`dist.old-${process.pid}`)]
process.on('exit', () => [next, old].forEach(remove))
execFileSync(
  process.execPath,
  [resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', next],
  {
    cwd: root,
    stdio: 'inherit',
  },
)

// uPlot goes into every page, and its licence wants to go with it.
const licence = readFileSync(new URL('../node_modules/uplot/LICENSE', import.meta.url), 'utf8').trim()
await build({
  absWorkingDir: root,
  entryPoints: { page: 'src/report/browser/main.ts' },
  outdir: `${next}/src/report`,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16'],
  banner: { js: `/*! uPlot: ${licence} */` },
  logLevel: 'warning',
})

chmodSync(`${next}/src/cli/main.js`, 0o755)
if (existsSync(dist)) renameSync(dist, old)
renameSync(next, dist)
