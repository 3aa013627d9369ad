import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { exitCode, messageOf, UserError } from '../model/errors.js'
import type { Verdict } from '../model/verdict.js'
import {
  annotations,
  errorAnnotation,
  reporters,
  stepOutputs,
  warningAnnotation,
  type Place,
} from '../report/index.js'

/** What a step's summary may hold. Source: docs.github.com, "Workflow commands", "Step isolation and limits". Bytes. */
const summaryLimit = 1024 * 1024

/**
 * Commands to the runner go to standard output, as the documentation has it; with `json` that is the answer's alone, and the runner reads
 * standard error just so. Source: actions/runner, ScriptHandler.cs.
 */
const command = (line: string, json: boolean): void =>
  void (json ? process.stderr : process.stdout).write(`${line}\n`)

/** Appends to a file that the runner named; what cannot be written is a warning, and never costs the verdict. */
function append(variable: string, text: string, json: boolean, limit = Infinity): void {
  const path = process.env[variable]
  if (path === undefined || path === '') return
  try {
    const before = existsSync(path) ? statSync(path).size : 0
    if (before + Buffer.byteLength(text) > limit) {
      command(warningAnnotation(`${variable} is full: ${before} bytes are in it already.`), json)
      return
    }
    appendFileSync(path, text)
  } catch (error) {
    command(warningAnnotation(`${variable} could not be written: ${messageOf(error)}`), json)
  }
}

const outputs = (values: Readonly<Record<string, string>>, json: boolean): void =>
  append('GITHUB_OUTPUT', stepOutputs(values, `vge_perf_${randomUUID()}`), json)

/** For GitHub Actions: annotations into the log, the Markdown into the step's summary, and the step's outputs. */
export function tellGithub(
  verdict: Verdict,
  options: {
    readonly json: boolean
    readonly page?: string
    readonly places?: Readonly<Record<string, Place>>
  },
): void {
  const { json, page, places } = options
  for (const line of annotations(verdict, places)) command(line, json)
  append('GITHUB_STEP_SUMMARY', `${reporters.markdown.render(verdict, [])}\n`, json, summaryLimit)
  const { outcome, exit, reason, headline } = verdict
  const said = { verdict: outcome, exit: String(exit), reason, headline }
  outputs(page === undefined ? said : { ...said, page, folder: dirname(page) }, json)
}

/** What went wrong before there was a verdict, where people look for one. */
export function tellGithubError(error: unknown, json: boolean): void {
  const known = error instanceof UserError
  const reason = known ? error.reason : 'internal'
  const exit = known ? error.exit : exitCode.failed
  const hint = known && error.hint !== undefined ? `\n${error.hint}` : ''
  command(errorAnnotation(`${messageOf(error)}${hint}`, reason), json)
  outputs({ verdict: 'error', exit: String(exit), reason, headline: messageOf(error) }, json)
}

/** Where scenarios are written, by name: those in the workflow's own checkout, since GitHub can show no other file. */
export function placesOf(
  found: readonly { readonly scenario: { readonly name: string }; readonly source: string }[],
): Readonly<Record<string, Place>> {
  const root = process.env['GITHUB_WORKSPACE'] ?? process.cwd()
  return Object.fromEntries(
    found.flatMap(({ scenario, source }) => {
      const file = relative(root, resolve(source))
      if (file.startsWith('..') || isAbsolute(file) || !existsSync(source)) return []
      const at = readFileSync(source, 'utf8')
        .split('\n')
        .findIndex((line) => /\bscenario\(/.test(line))
      return [[scenario.name, { file, ...(at < 0 ? {} : { line: at + 1 }) }]]
    }),
  )
}
