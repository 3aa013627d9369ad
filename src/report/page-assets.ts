import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { compiled } from '../model/package.js'
import { pageStyle } from './html-style.js'

/** What the page runs and how it looks, and the policy that lets it run and look like nothing else. */
export interface PageAssets {
  readonly script: string
  readonly style: string
  readonly policy: string
}

/**
 * The script as `scripts/build.mjs` bundles it from browser/. The policy forbids every request, and every script and style but these two, by their
 * hashes: whatever text of a run came into the page, it stays text.
 */
export function pageAssets(): PageAssets {
  const script = readFileSync(compiled('src/report/page.js'), 'utf8')
  const style = readFileSync(compiled('src/report/page.css'), 'utf8') + pageStyle
  return {
    script,
    style,
    policy: `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`,
  }
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
