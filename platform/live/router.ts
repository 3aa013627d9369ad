import type { Page } from './page.js'

/** Which page and which parts of its path an address means. */
export interface Match {
  readonly page: Page
  readonly params: Readonly<Record<string, string | undefined>>
}

/** A page's path with its parts filled in, as an address has it. */
export const pathOf = ({ path }: Page, params: Match['params']): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

function paramsOf(path: string, pathname: string): Record<string, string> | undefined {
  const [pattern, parts] = [path.split('/'), pathname.split('/')]
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [place, word] of pattern.entries()) {
    const part = parts[place] ?? ''
    if (word.startsWith(':') && part !== '') params[word.slice(1)] = part
    else if (word !== part) return undefined
  }
  return params
}

/** Finds the page of an address among these; undefined when there is none. */
export function matchPage(pages: readonly Page[], pathname: string): Match | undefined {
  try {
    for (const page of pages) {
      const raw = paramsOf(page.path, pathname)
      if (raw === undefined) continue
      const params = Object.entries(raw).map(([name, part]) => [name, decodeURIComponent(part)] as const)
      return { page, params: Object.fromEntries(params) }
    }
  } catch {
    // A percent sign that encodes nothing.
  }
  return undefined
}
