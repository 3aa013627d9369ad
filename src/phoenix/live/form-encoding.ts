export type Pair = readonly [name: string, value: string]

// A lone surrogate is no character; encodeURIComponent would throw.
const wellFormed = (text: string): string =>
  text.replaceAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (found) =>
    found.length === 2 ? found : '\uFFFD',
  )

const encode = (text: string): string =>
  encodeURIComponent(wellFormed(text))
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** `application/x-www-form-urlencoded`. Source: WHATWG URL, "urlencoded serializing". */
export function encodeForm(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

/**
 * The name that says that a field was not touched yet: `_unused_q`, `user[_unused_name]`, `user[_unused_tags][]`.
 * Source: phoenix-wire §4.
 */
export function unusedName(name: string): string {
  const [, base = name, list = ''] = /^(.*?)(\[\])?$/s.exec(name) ?? []
  return base.replace(/([^[\]]+)(\]?)$/, '_unused_$1$2') + list
}
