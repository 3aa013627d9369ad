import { place } from './postgres.js'

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The host that is asked for a store at this address, read as its client reads it: one in the query of a Postgres address goes before
 * the one in its place, and a socket in the file system is `localhost`. Throws `UserError` for what is no URL.
 */
export function storeHost(url: string, what: 'Postgres' | 'Redis'): string {
  place(url, what)
  const { protocol, hostname, searchParams } = new URL(url)
  const [inPlace, inQuery] = [decoded(hostname), searchParams.get('host') ?? '']
  const found =
    what === 'Redis'
      ? inPlace || inQuery
      : protocol === 'socket:'
        ? ''
        : inQuery || inPlace || (process.env['PGHOST'] ?? '')
  return found === '' || found.startsWith('/') ? 'localhost' : found.toLowerCase()
}
