import { html } from './html.js'
import { pageFile, type Reporter } from './input.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import { openMetrics } from './openmetrics.js'

export { annotations, errorAnnotation, stepOutputs, warningAnnotation, type Place } from './github.js'
export type { Reporter } from './input.js'
export { terminal } from './terminal.js'

const named = <Name extends string>(all: Readonly<Record<Name, Reporter>>) => all

/** Every reporter that writes a file, by name: one line a reporter. */
export const reporters = named({
  html: { file: pageFile, render: html },
  markdown: { file: 'verdict.md', render: markdown },
  json: { file: 'verdict.json', render: json },
  junit: { file: 'verdict.junit.xml', render: junit },
  openMetrics: { file: 'metrics.txt', render: openMetrics },
})
