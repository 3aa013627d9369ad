import { html } from './html.js'
import { pageFile, type Reporter } from './input.js'
import { json } from './json.js'
import { markdown } from './markdown.js'

export type { Reporter } from './input.js'
export { terminal } from './terminal.js'

/** Every reporter that writes a file, by name: one line a reporter. */
export const reporters: Readonly<Record<'html' | 'markdown' | 'json', Reporter>> = {
  html: { file: pageFile, render: html },
  markdown: { file: 'verdict.md', render: markdown },
  json: { file: 'verdict.json', render: json },
}
