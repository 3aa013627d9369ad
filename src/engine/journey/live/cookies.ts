import { detached } from '../../../phoenix/detached.js'

/** Cookies of one browser session, by name. Source: RFC 6265 §5.3, as far as one origin needs it. */
export class CookieJar {
  private values: Map<string, string> | undefined

  /** Takes the values of `set-cookie` headers; one whose life is over is forgotten. */
  take(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';')
      const cut = pair.indexOf('=')
      if (cut <= 0) continue
      const name = pair.slice(0, cut).trim()
      if (attributes.some((attribute) => isOver(attribute.trim()))) this.values?.delete(name)
      else (this.values ??= new Map()).set(detached(name), detached(pair.slice(cut + 1).trim()))
    }
  }

  /** Value of the `cookie` header; empty when there is none. */
  header(): string {
    return [...(this.values ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}

const isOver = (attribute: string): boolean => {
  const [name = '', value = ''] = attribute.split('=', 2)
  if (/^max-age$/i.test(name)) return Number(value) <= 0
  return /^expires$/i.test(name) && Date.parse(value) <= Date.now()
}
