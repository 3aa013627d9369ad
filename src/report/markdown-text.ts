import { plain, shorten } from './plain.js'

/**
 * Words of others as Markdown that says them and does nothing: no markup, table cell or formula, no link that GitHub makes of an
 * address by itself, no mention that notifies a person, and no reference to an issue. At most so many characters of them.
 */
export const inert = (text: string, characters = 300): string =>
  shorten(plain(text), characters)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // These are looked for in what is shown, where a backslash is gone: a space without width comes between.
    .replace(/[@#]|:(?=\/\/)|\bwww(?=\.)|\bGH(?=-\d)/gi, '$&\u200b')

/** A command to copy. */
export function code(text: string, characters = 2_000): string {
  const line = shorten(plain(text), characters)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((ticks) => ticks[0].length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return fence + pad + line + pad + fence
}
