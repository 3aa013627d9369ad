// Compiles src/, contract/, platform/ and bench/ to dist/, and bundles what runs in the page of a report. Removes what an earlier build left, so
// that a deleted source cannot ship.
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { resolve } = createRequire(import.meta.url)
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
execFileSync(process.execPath, [resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})

// uPlot goes into every page, and its licence wants to go with it.
const licence = readFileSync(new URL('../node_modules/uplot/LICENSE', import.meta.url), 'utf8').trim()
await build({
  absWorkingDir: root,
  entryPoints: { page: 'src/report/browser/main.ts' },
  outdir: 'dist/src/report',
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16'],
  banner: { js: `/*! uPlot: ${licence} */` },
  logLevel: 'warning',
})

chmodSync(new URL('../dist/src/cli/main.js', import.meta.url), 0o755)
